import { decode, type ErrorRegistry, type JournalRecord } from '../journal/index.js';
import type {
  ApprovalRecord,
  Attributes,
  EffectRecord,
  RunRecord,
  RunStatus,
  SignalRecord,
  Store,
  Verdict,
  WaitRecord,
} from '../store/index.js';

/** A run, as a person or a program reads it. */
export interface RunView {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly input: unknown;
  /** What a completed run returned. */
  readonly output: unknown;
  /** Why any other run has ended. */
  readonly error: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When a waiting run goes on without anybody's doing. */
  readonly wakeAt: Date | undefined;
  /** How often the run was taken up by a process: 1 if nothing ever interrupted it. */
  readonly claims: number;
  readonly deadlineAt: Date | undefined;
  /** The run that started this one, or that it was forked from. */
  readonly parent: string | undefined;
  readonly queue: string | undefined;
}

/** One recorded call of a run. */
export interface StepView {
  readonly call: number;
  readonly method: string;
  readonly outcome: 'returned' | 'threw';
  readonly value: unknown;
  readonly error: unknown;
  readonly attempts: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** A gate: what will be done if somebody says yes. */
export interface ApprovalView {
  readonly id: number;
  readonly runId: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  /** The exact arguments. */
  readonly args: readonly unknown[];
  /** Digest of the exact arguments; hand it back with the decision, to be sure that it is made on what was read. */
  readonly digest: string;
  readonly show: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date | undefined;
  readonly verdict: Verdict | undefined;
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly decidedAt: Date | undefined;
  /** How many different people must say yes, and who has. */
  readonly quorum: number;
  readonly approvedBy: readonly string[];
  /** Who may decide; anyone if undefined. */
  readonly deciders: readonly string[] | undefined;
  /** The arguments that an operator put in the place of `args`. */
  readonly edited: readonly unknown[] | undefined;
}

/** An effect on the outside world and what is known of it. */
export interface EffectView extends Pick<EffectRecord, 'call' | 'method' | 'key' | 'state' | 'resolvedBy'> {
  readonly intendedAt: Date;
  readonly settledAt: Date | undefined;
}

/** Everything about one run. */
export interface RunDetails extends RunView {
  readonly steps: readonly StepView[];
  readonly approvals: readonly ApprovalView[];
  readonly effects: readonly EffectView[];
  readonly waits: readonly WaitView[];
  readonly signals: readonly SignalView[];
  readonly attributes: Attributes;
  /** Ids of the runs that it has started. */
  readonly children: readonly string[];
}

/** What a call waits for besides operators: `sleep`, `signal:…` or `child:…`. */
export interface WaitView extends Pick<WaitRecord, 'call' | 'name'> {
  readonly since: Date;
  readonly wakeAt: Date | undefined;
}

/** A message that was sent to the run. */
export interface SignalView extends Pick<SignalRecord, 'id' | 'name' | 'state'> {
  readonly payload: unknown;
  readonly sentAt: Date;
}

export function runDetails(run: RunRecord, store: Store, errors: ErrorRegistry): RunDetails {
  const { id } = run;
  return {
    ...runView(run, errors),
    steps: store.journal(id).map((record) => stepView(record, errors)),
    approvals: store.approvals({ runId: id }).map(approvalView),
    effects: store.effects(id).map(effectView),
    waits: store.waits(id).map(({ call, name, since, wakeAt }) => ({ call, name, since: new Date(since), wakeAt: date(wakeAt) })),
    signals: store.signals(id).map(({ payload, sentAt, ...it }) => ({ ...it, payload: decode(payload), sentAt: new Date(sentAt) })),
    attributes: store.attributes(id),
    children: store.children(id).map((child) => child.run.id),
  };
}

export function runView(run: RunRecord, errors: ErrorRegistry): RunView {
  const { outcome, status } = run;
  return {
    id: run.id,
    workflow: run.workflow,
    version: run.version,
    status,
    input: decode(run.input),
    output: outcome !== undefined && status === 'completed' ? decode(outcome) : undefined,
    error: outcome !== undefined && status !== 'completed' ? errors.decode(outcome) : undefined,
    createdAt: new Date(run.createdAt),
    updatedAt: new Date(run.updatedAt),
    wakeAt: date(run.wakeAt),
    claims: run.epoch,
    deadlineAt: date(run.deadlineAt),
    parent: run.parent,
    queue: run.queue,
  };
}

export function stepView(record: JournalRecord, errors: ErrorRegistry): StepView {
  return {
    call: record.call,
    method: record.name,
    outcome: record.outcome,
    value: record.outcome === 'returned' ? decode(record.value) : undefined,
    error: record.outcome === 'threw' ? errors.decode(record.value) : undefined,
    attempts: record.attempts,
    startedAt: new Date(record.startedAt),
    endedAt: new Date(record.endedAt),
  };
}

export function approvalView(approval: ApprovalRecord): ApprovalView {
  return {
    id: approval.id,
    runId: approval.runId,
    workflow: approval.workflow,
    call: approval.call,
    method: approval.method,
    args: decode(approval.args) as unknown[],
    digest: approval.digest,
    show: approval.show,
    requestedAt: new Date(approval.requestedAt),
    expiresAt: date(approval.expiresAt),
    verdict: approval.verdict,
    by: approval.decidedBy,
    reason: approval.reason,
    decidedAt: date(approval.decidedAt),
    quorum: approval.quorum,
    approvedBy: approval.approvedBy,
    deciders: approval.deciders,
    edited: approval.edited === undefined ? undefined : (decode(approval.edited) as unknown[]),
  };
}

export function effectView({ call, method, key, state, resolvedBy, intendedAt, settledAt }: EffectRecord): EffectView {
  return { call, method, key, state, resolvedBy, intendedAt: new Date(intendedAt), settledAt: date(settledAt) };
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
