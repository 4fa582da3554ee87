import type { FoundName, NameKind } from '../sqlite/find-names.js';
import { isEnded, type RunStatus } from '../store/index.js';
import { Admin, type RunHead } from './admin.js';
import type { RestateStoreOptions } from './connection.js';
import { Mirror } from './mirror.js';
import { RestateHttp } from './restate-http.js';
import { workflowOfService } from './service-name.js';

/** More than these are no help to who looks for one. */
const most = 50;

/**
 * The names of this kind on the server that begin so, at most fifty; `of` is the run that they belong to. A shell asks for this between two
 * keystrokes, so logs are read only of those runs that may hold such a name, and the server is asked once.
 *
 * Throws `DF_RESTATE_UNREACHABLE`, and `DF_RESTATE_REFUSED`.
 */
export async function findNamesOn(
  { admin, headers }: Pick<RestateStoreOptions, 'admin' | 'headers'>,
  kind: NameKind,
  beginning: string,
  of: string | undefined,
): Promise<FoundName[]> {
  const http = new RestateHttp(admin, headers, 0);
  try {
    const api = new Admin(http);
    const standings = (await api.heads()).flatMap(standingOf).sort((a, b) => b.updatedAt - a.updatedAt);
    const found = await namesOf(kind, standings, of, () => new Mirror(api));
    return found.filter(({ name }) => name.startsWith(beginning)).slice(0, most);
  } finally {
    http.close();
  }
}

/** A run as its head describes it. */
interface Standing {
  readonly head: RunHead;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly updatedAt: number;
}

function standingOf(head: RunHead): Standing[] {
  const [, updatedAt, status] = /^"?(\d+):\d+:(\w+)"?$/.exec(head.head) ?? [];
  const workflow = workflowOfService(head.service)?.workflow;
  if (workflow === undefined || status === undefined) return [];
  return [{ head, workflow, status: status as RunStatus, updatedAt: Number(updatedAt) }];
}

async function namesOf(
  kind: NameKind,
  standings: readonly Standing[],
  of: string | undefined,
  openMirror: () => Mirror,
): Promise<readonly FoundName[]> {
  switch (kind) {
    case 'run':
      return standings.map(runName);
    case 'ended run':
      return standings.filter(({ status }) => isEnded(status) && status !== 'diverged').map(runName);
    case 'workflow':
      return [...new Set(standings.map(({ workflow }) => workflow))].sort().map((name) => ({ name, note: '' }));
    case 'open approval':
      return withLogs(standings.filter(({ status }) => status === 'waiting'), openMirror, ({ store }) =>
        store.approvals({ open: true }).map(({ id, show }) => ({ name: String(id), note: show }))); // prettier-ignore
    case 'doubt':
      return withLogs(standings.filter(({ head }) => head.runId === of), openMirror, ({ store }) =>
        store.effects(of!).filter(({ state }) => state === 'intended').map(({ call, method }) => ({ name: String(call), note: method }))); // prettier-ignore
    case 'signal':
      return withLogs(standings.filter(({ head }) => head.runId === of), openMirror, ({ store }) =>
        store.waits(of!).flatMap(({ name }) => (name.startsWith('signal:') ? [{ name: name.slice('signal:'.length), note: '' }] : []))); // prettier-ignore
    default:
      return [];
  }
}

const runName = ({ head, workflow, status }: Standing): FoundName => ({ name: head.runId, note: `${workflow}, ${status}` });

/** What the logs of these runs say, of the newest if they are many. */
async function withLogs(
  standings: readonly Standing[],
  openMirror: () => Mirror,
  read: (mirror: Mirror) => readonly FoundName[],
): Promise<readonly FoundName[]> {
  if (standings.length === 0) return [];
  const mirror = openMirror();
  try {
    for (const { head } of standings.slice(0, most)) await mirror.syncRun(head);
    return read(mirror);
  } finally {
    await mirror.close();
  }
}
