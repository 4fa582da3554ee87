import { isDead } from '../runtime/index.js';
import { isEnded, type Owner, type RunRecord, type Store } from '../store/index.js';
import type { ApprovalReader, ApprovalView } from './approval-view.js';
import { doubtsIn, type Doubt } from './doubts.js';

/**
 * A process that executes runs: `alive`; `dead`, known for certain because it was one of this machine; or `expired`: it
 * has given no sign of life for longer than its lease.
 */
export interface OwnerHealth extends Pick<Owner, 'id' | 'host' | 'pid'> {
  readonly state: 'alive' | 'dead' | 'expired';
  readonly expiresAt: Date;
  /** Runs that are leased to it. */
  readonly runs: number;
}

/** A run that stands still. */
export interface IdleRun extends Pick<RunRecord, 'id' | 'workflow' | 'version' | 'status'> {
  readonly since: Date;
}

/** What needs an operator's attention, and who is at work. */
export interface Health {
  readonly owners: readonly OwnerHealth[];
  /** Runs of processes that are dead or expired. */
  readonly leftBehind: readonly IdleRun[];
  /** Runs that could have gone on for a minute, and no process takes them up. The oldest thousand. */
  readonly stuck: readonly IdleRun[];
  readonly diverged: readonly IdleRun[];
  /** Effects that have perhaps happened; their runs wait for an operator's word. */
  readonly doubts: readonly Doubt[];
  /** Gates whose time is over, while no process has told their runs so. */
  readonly overdueApprovals: readonly ApprovalView[];
  /** Schedules whose run should have been started a minute ago. */
  readonly overdueSchedules: readonly { readonly id: string; readonly workflow: string; readonly version: string; readonly dueAt: Date }[];
  /** What runs that have not ended need to be registered. */
  readonly versions: readonly { readonly workflow: string; readonly version: string; readonly runs: number }[];
}

/** How long something may be due before it is worth a word, in milliseconds. */
const patience = 60_000;
const mostStuck = 1000;

/** What a store tells about itself at this moment. */
export function healthOf(store: Store, now: number, readApproval: ApprovalReader): Health {
  const all = (status: RunRecord['status']) => store.runs({ status, limit: Number.MAX_SAFE_INTEGER });
  const versions = store.versions();
  const running = all('running');
  const owners = store.owners().map((owner) => ({ ...owner, state: stateOf(owner, now) }));
  const alive = new Set(owners.filter(({ state }) => state === 'alive').map(({ id }) => id));
  const due = now - patience;
  const definitions = versions.map(({ workflow, version }) => `${workflow}@${version}`);
  // What could be claimed a minute ago, and still can be.
  const claimable = store.claimable(definitions, now, mostStuck).map((id) => store.run(id)!);
  return {
    owners: owners.map(({ id, host, pid, state, expiresAt }) => ({
      id,
      host,
      pid,
      state,
      expiresAt: new Date(expiresAt),
      runs: running.filter(({ owner }) => owner === id).length,
    })),
    leftBehind: running.filter(({ owner }) => owner === undefined || !alive.has(owner)).map(idle),
    stuck: claimable.filter((run) => !isEnded(run.status) && run.status !== 'running' && dueSince(run) <= due).map(idle),
    diverged: all('diverged').map(idle),
    doubts: doubtsIn(store),
    overdueApprovals: store
      .approvals({ open: true })
      .filter(({ expiresAt = Infinity }) => expiresAt <= due)
      .map(readApproval),
    overdueSchedules: store
      .schedules()
      .filter(({ nextAt }) => nextAt <= due)
      .map(({ id, workflow, version, nextAt }) => ({ id, workflow, version, dueAt: new Date(nextAt) })),
    versions,
  };
}

function stateOf(owner: Owner, now: number): OwnerHealth['state'] {
  if (isDead(owner)) return 'dead';
  return owner.expiresAt <= now ? 'expired' : 'alive';
}

const dueSince = ({ wakeAt, updatedAt }: RunRecord) => Math.max(updatedAt, wakeAt ?? 0);

function idle(run: RunRecord): IdleRun {
  const { id, workflow, version, status } = run;
  return { id, workflow, version, status, since: new Date(dueSince(run)) };
}
