import type { FoundName, NameKind } from '../sqlite/find-names.js';
import { Admin, type KnownRun } from './admin.js';
import type { RestateStoreOptions } from './connection.js';
import { Mirror } from './mirror.js';
import { RestateHttp } from './restate-http.js';
import { workflowOfService } from './service-name.js';

/** More than these are no help to who looks for one. */
const most = 50;

/**
 * The names of this kind on the server that begin so, at most fifty; `of` is the run that they belong to. A shell asks for this between two
 * keystrokes, so logs are read only of those runs that may hold such a name, and all by one question.
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
    const runs = (await api.runs()).flatMap(ownRun).sort((a, b) => b.modifiedAt - a.modifiedAt);
    const found = await namesOf(kind, runs, of, () => new Mirror(api));
    return found.filter(({ name }) => name.startsWith(beginning)).slice(0, most);
  } finally {
    http.close();
  }
}

interface OwnRun extends KnownRun {
  readonly workflow: string;
}

function ownRun(run: KnownRun): OwnRun[] {
  const workflow = workflowOfService(run.service)?.workflow;
  return workflow === undefined ? [] : [{ ...run, workflow }];
}

async function namesOf(
  kind: NameKind,
  runs: readonly OwnRun[],
  of: string | undefined,
  openMirror: () => Mirror,
): Promise<readonly FoundName[]> {
  switch (kind) {
    case 'run':
      return runs.map(runName);
    case 'ended run':
      return runs.filter(({ hasEnded }) => hasEnded).map(runName);
    case 'workflow':
      return [...new Set(runs.map(({ workflow }) => workflow))].sort().map((name) => ({ name, note: '' }));
    case 'open approval':
      return withLogs(runs.filter(({ hasEnded }) => !hasEnded), openMirror, ({ store }) =>
        store.approvals({ open: true }).map(({ id, show }) => ({ name: String(id), note: show }))); // prettier-ignore
    case 'doubt':
      return withLogs(runs.filter(({ runId }) => runId === of), openMirror, ({ store }) =>
        store.effects(of!).filter(({ state }) => state === 'intended').map(({ call, method }) => ({ name: String(call), note: method }))); // prettier-ignore
    case 'signal':
      return withLogs(runs.filter(({ runId }) => runId === of), openMirror, ({ store }) =>
        store.waits(of!).flatMap(({ name }) => (name.startsWith('signal:') ? [{ name: name.slice('signal:'.length), note: '' }] : []))); // prettier-ignore
    default:
      return [];
  }
}

/** What the server says of it, without its log. */
const runName = ({ runId, workflow, hasEnded, isAsleep }: OwnRun): FoundName => ({
  name: runId,
  note: `${workflow}, ${hasEnded ? 'ended' : isAsleep ? 'waiting' : 'under way'}`,
});

/** What the logs of these runs say, of the newest if they are many. */
async function withLogs(
  runs: readonly OwnRun[],
  openMirror: () => Mirror,
  read: (mirror: Mirror) => readonly FoundName[],
): Promise<readonly FoundName[]> {
  if (runs.length === 0) return [];
  const mirror = openMirror();
  try {
    await mirror.syncRuns(runs.slice(0, most));
    return read(mirror);
  } finally {
    await mirror.close();
  }
}
