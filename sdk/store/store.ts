import type { JournalRecord } from '../journal/index.js';
import type { ApprovalDecision, ApprovalRecord, ApprovalRequest, Vote } from './approval-record.js';
import type { ArtifactQuery, DecisionRecord, FoundUse } from './decision-record.js';
import type { EffectIntent, EffectRecord, EffectResolution, IntentAnswer } from './effect-record.js';
import type { Owner } from './owner.js';
import type { History } from './history.js';
import type { QueueCount, QueueRecord, ScheduleRecord } from './queue-record.js';
import type { Attributes, EndedStatus, NewRun, ResumptionRecord, RunQuery, RunRecord, RunStatus } from './run-record.js';
import type { SpendRecord } from './spend-record.js';
import type { NewSignal, SignalAnswer, SignalRecord, WaitRecord } from './wait-record.js';

/** The right to write to a run. It is over as soon as anyone claims the run with a higher epoch. */
export interface Lease {
  readonly runId: string;
  readonly epoch: number;
  /** The store's own handle of the run. */
  readonly row: number;
}

/** All that is known of a run at the moment of its claim. */
export interface Claim {
  readonly lease: Lease;
  readonly run: RunRecord;
  /** In the order of `seq`. */
  readonly journal: readonly JournalRecord[];
  readonly approvals: readonly ApprovalRecord[];
  readonly effects: readonly EffectRecord[];
  readonly waits: readonly WaitRecord[];
  /** When the run could go on. Not known of a new run, nor of one that was left behind. */
  readonly dueAt?: number | undefined;
  /** If whoever had claimed it last has not given it back: when that one did so. */
  readonly lostAt?: number | undefined;
}

/** What a record settles, in the same commit: an effect, or a wait (with the signal that ended it). */
export type Receipt = { readonly effect: 'done' | 'failed' } | { readonly wait: true; readonly signal?: number };

/** How a start went: a new run (leased, if an owner asked), or the run that has this id already. */
export type Started =
  { readonly kind: 'started'; readonly lease: Lease | undefined } | { readonly kind: 'exists'; readonly run: RunRecord };

/** A database, as far as an author's own statements need it; `better-sqlite3`'s. */
export interface SqlDatabase {
  prepare(sql: string): {
    run(...parameters: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
    get(...parameters: unknown[]): unknown;
    all(...parameters: unknown[]): unknown[];
  };
}

/** Why a run is put aside, and what may wake it. */
export interface Parking {
  readonly status: 'waiting' | 'in_doubt';
  /** The calls that wait. */
  readonly calls: readonly number[];
  readonly wakeAt: number | undefined;
  /** What the run has done is being undone, so that a request to cancel it does not wake it any more. */
  readonly undoing?: boolean;
  readonly at: number;
}

/** How a run ended. */
export interface Ending {
  readonly status: EndedStatus;
  readonly outcome: string;
  readonly at: number;
}

/** What came of a request to cancel. */
export type CancelAnswer = 'cancelled' | 'requested' | 'ended' | 'unknown';

/** What came of a decision or resolution: `recorded`, or why not. */
export type DecideAnswer = 'recorded' | 'unknown' | 'decided' | 'changed' | 'ended' | 'expired' | 'forbidden';

/** What becomes of a stretch of old runs. */
export interface Pruning {
  /** Runs that ended before this moment, in milliseconds since the epoch. */
  readonly before: number;
  readonly status?: EndedStatus | undefined;
  /** At most this many runs in one commit. */
  readonly limit: number;
}

/**
 * Where runs are kept. Writes are asynchronous, so that an adapter can commit many together; a resolved promise means
 * that the write is durable. Writes are committed in the order in which they are made. Reads see every committed write.
 * A write under a lease that is over rejects with `DF_FENCED` and changes nothing.
 */
export interface Store {
  // Processes and their leases.
  join(owner: Owner): Promise<void>;
  /** Prolongs all leases of the owner. */
  heartbeat(ownerId: string, expiresAt: number): Promise<void>;
  owners(): Owner[];
  /**
   * The owner is gone, or leaves: its runs can be claimed at once. Returns how many they are. With `givesBack` it is the owner
   * itself that leaves, so that none of them counts as lost.
   */
  leave(ownerId: string, givesBack?: boolean): Promise<number>;

  // Runs, by whoever may claim them.
  start(run: NewRun): Promise<Started>;
  /** Takes the lease if the run can go on: it is pending, due, or its owner's leases are over. */
  claim(runId: string, ownerId: string, at: number): Promise<Claim | undefined>;
  /** Ids of runs that could be claimed now, oldest first. `definitions` are `name@version`. */
  claimable(definitions: readonly string[], at: number, limit: number): string[];
  /** When, after this moment, time alone will next make a waiting run claimable. */
  nextWake(after: number): number | undefined;

  // One run, by the holder of its lease.
  /** Records an outcome, what it settles, and what the call knew, in one commit. */
  append(lease: Lease, record: JournalRecord, receipt?: Receipt, decision?: DecisionRecord): Promise<void>;
  /**
   * Runs `work` on the database itself, and records what it returns, in one commit; resolves with the record. If `work`
   * or `record` throws, nothing of either is kept and the promise rejects with what was thrown. What the call knew is
   * asked for after `work`.
   */
  transact<T>(
    lease: Lease,
    work: (db: SqlDatabase) => T,
    record: (value: T) => JournalRecord,
    decision?: () => DecisionRecord | undefined,
  ): Promise<JournalRecord>;
  /** Keeps what a call that has no outcome yet knew and spent: of attempts that failed or were given up. */
  noteDecision(lease: Lease, decision: DecisionRecord): Promise<void>;
  intend(lease: Lease, intent: EffectIntent): Promise<IntentAnswer>;
  /** The effect has certainly not happened: takes the intent back and frees its key. */
  withdraw(lease: Lease, call: number, at: number): Promise<void>;
  requestApproval(lease: Lease, request: ApprovalRequest): Promise<void>;
  /** Takes the decision back: what was decided on is not what would be done. */
  reopenApproval(lease: Lease, approvalId: number, code: string): Promise<void>;
  wait(lease: Lease, wait: WaitRecord): Promise<void>;
  /** The signal's payload was not acceptable to its receiver. */
  refuseSignal(lease: Lease, signalId: number): Promise<void>;
  /** Gives the lease up until something wakes the run; `ready` if that has happened already. */
  park(lease: Lease, parking: Parking): Promise<'parked' | 'ready'>;
  /** Gives the lease up; anyone may go on at once. */
  release(lease: Lease, at: number): Promise<void>;
  finish(lease: Lease, ending: Ending): Promise<void>;

  // One run, by anyone.
  decide(approvalId: number, decision: ApprovalDecision): Promise<DecideAnswer>;
  resolve(runId: string, call: number, resolution: EffectResolution): Promise<DecideAnswer>;
  /** Ends a run that nobody executes; asks the executing process otherwise. `outcome` is the encoded error. */
  cancel(runId: string, reason: string, outcome: string, at: number): Promise<CancelAnswer>;
  signal(runId: string, signal: NewSignal): Promise<SignalAnswer>;
  /** Makes a diverged run claimable again; false if it is not diverged. */
  reopen(runId: string, at: number): Promise<boolean>;

  setAttributes(runId: string, attributes: Attributes): Promise<boolean>;
  /** A new pending run that has the records of another up to (not including) `beforeSeq`; false if the id is taken. */
  fork(sourceId: string, id: string, beforeSeq: number, at: number): Promise<boolean>;
  /** Puts a whole history into this file under the given id; false if the id is taken. */
  importHistory(history: History, id: string): Promise<boolean>;
  /** Deletes ended runs and all that belongs to them; returns how many. */
  prune(pruning: Pruning): Promise<number>;
  /** How many runs `prune` would delete, if there were no limit. */
  prunable(pruning: Omit<Pruning, 'limit'>): number;

  // Queues and schedules.
  defineQueue(queue: QueueRecord): Promise<void>;
  queues(): QueueCount[];
  defineSchedule(schedule: ScheduleRecord): Promise<void>;
  removeSchedule(id: string): Promise<boolean>;
  schedules(): ScheduleRecord[];
  /** Starts the schedule's run and moves it on to `nextAt`, unless another process has done so. */
  fire(schedule: ScheduleRecord, run: NewRun, nextAt: number | undefined): Promise<boolean>;

  // Reads.
  run(id: string): RunRecord | undefined;
  runs(query: RunQuery): RunRecord[];
  countRuns(): Partial<Record<RunStatus, number>>;
  /** The names of all workflows that there are runs of, in their order. */
  workflows(): string[];
  journal(runId: string): JournalRecord[];
  approval(id: number): ApprovalRecord | undefined;
  /** How many approvals are open. */
  countApprovals(): number;
  /** Those who have said yes to a gate, as they are counted towards its quorum. */
  votes(approvalId: number): Vote[];
  /** All approvals, or those of one run, or those still open; oldest first. */
  approvals(query: { readonly runId?: string | undefined; readonly open?: boolean | undefined }): ApprovalRecord[];
  effects(runId: string): EffectRecord[];
  waits(runId: string): WaitRecord[];
  signals(runId: string): SignalRecord[];
  /** When the run was claimed again, the oldest first; the first claim is none of them. */
  resumptions(runId: string): ResumptionRecord[];
  /** What the model calls of a run have cost in US dollars, as far as it is known; what it has inherited is not its own. */
  costOf(runId: string): number;
  /** What models have cost in all runs, and what budgets say. Its work is bounded, however many calls there are. */
  spend(): SpendRecord;
  /** What the calls of a run knew, in the order of the calls. */
  decisions(runId: string): DecisionRecord[];
  /** Which runs knew a piece of material; at most 100 uses if no limit is given. */
  uses(query: ArtifactQuery): FoundUse[];
  attributes(runId: string): Attributes;
  /** Runs that a call of this run has started. */
  children(runId: string): { readonly run: RunRecord; readonly call: number; readonly detached: boolean }[];
  /** Runs that have not ended, counted by workflow and version. */
  versions(): { readonly workflow: string; readonly version: string; readonly runs: number }[];
  /** Ids of this owner's running runs that somebody asked to cancel. */
  cancelRequests(ownerId: string): { readonly runId: string; readonly reason: string }[];
  /** Whether another connection has written since the last call. Cheap enough to ask often. */
  changed(): boolean;
  /** Somebody here waits for news of a run. A store far away asks for them, until what this returns is called. */
  watch?(runId: string): () => void;
  /** Runs are executed elsewhere, by others: here they are started, looked at and told things. */
  readonly isRemote?: boolean;

  close(): Promise<void>;
}
