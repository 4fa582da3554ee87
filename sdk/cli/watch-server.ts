import type { RestateStore } from '../restate/restate-store.js';
import type { Finding } from './findings.js';
import { restateFindings, unreachableFinding } from './restate-findings.js';

/** News of a Restate server for who looks at it for a long time. */
export interface ServerWatch {
  /** Whether there is anything new since the last call. */
  changed(): boolean;
  /** What is wrong with the server or its workers, as it was a moment ago. */
  findings(): readonly Finding[];
  close(): void;
}

/** How soon to ask the server how it is again, in milliseconds. */
const interval = 3_000;

/** Looks at the runs that the store knows, and asks the server now and then how it is; one that does not answer is a finding. */
export function watchServer(store: RestateStore): ServerWatch {
  const changes = store.watchChanges();
  let findings: readonly Finding[] = [];
  let isNew = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const found = await store.condition().then(restateFindings, (error: unknown) => [unreachableFinding(error)]);
    if (isClosed) return;
    isNew ||= JSON.stringify(found) !== JSON.stringify(findings);
    findings = found;
    timer = setTimeout(() => void look(), interval).unref();
  };
  void look();
  return {
    changed: () => {
      const changed = changes.changed() || isNew;
      isNew = false;
      return changed;
    },
    findings: () => findings,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      changes.close();
    },
  };
}
