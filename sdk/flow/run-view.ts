import { decode, type ErrorRegistry, type JournalRecord } from '../journal/index.js';
import type { ApprovalReader, ApprovalView } from './approval-view.js';
import type { Attributes, EffectRecord, RunRecord, RunStatus, SignalRecord, Store, WaitRecord } from '../store/index.js';

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
  /** When it was taken up again, and by which process. */
  readonly resumptions: readonly ResumptionView[];
}

/** A run was taken up again: after a wait, or because its process died. */
export interface ResumptionView {
  /** The how-manieth time, from 2. */
  readonly claim: number;
  readonly at: Date;
  readonly host: string;
  readonly pid: number;
}

/** How a run stands, without its whole history: for lists. */
export interface RunStanding {
  /** What its model calls have cost in US dollars, as far as it is known. */
  readonly costUsd: number;
  /** Gates that wait for a decision. */
  readonly approvals: readonly ApprovalView[];
  /** Effects that have perhaps happened. */
  readonly doubts: readonly EffectView[];
  readonly waits: readonly WaitView[];
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

export function runDetails(run: RunRecord, store: Store, errors: ErrorRegistry, readApproval: ApprovalReader): RunDetails {
  const { id } = run;
  return {
    ...runView(run, errors),
    steps: store.journal(id).map((record) => stepView(record, errors)),
    approvals: store.approvals({ runId: id }).map(readApproval),
    effects: store.effects(id).map(effectView),
    waits: store.waits(id).map(waitView),
    signals: store.signals(id).map(({ payload, sentAt, ...it }) => ({ ...it, payload: decode(payload), sentAt: new Date(sentAt) })),
    attributes: store.attributes(id),
    children: store.children(id).map((child) => child.run.id),
    resumptions: store.resumptions(id).map(({ epoch, at, host, pid }) => ({ claim: epoch, at: new Date(at), host, pid })),
  };
}

export function runStanding({ id, status }: RunRecord, store: Store, readApproval: ApprovalReader): RunStanding {
  const isAtRest = status === 'waiting' || status === 'in_doubt';
  return {
    costUsd: store.costOf(id),
    approvals: isAtRest ? store.approvals({ runId: id, open: true }).map(readApproval) : [],
    doubts: status === 'in_doubt' ? store.effects(id).filter(isInDoubt).map(effectView) : [],
    waits: isAtRest ? store.waits(id).map(waitView) : [],
  };
}

/** Whether an effect of a run in doubt is what the doubt is about. */
export const isInDoubt = ({ state }: Pick<EffectRecord, 'state'>) => state === 'intended';

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

const waitView = ({ call, name, since, wakeAt }: WaitRecord): WaitView => ({ call, name, since: new Date(since), wakeAt: date(wakeAt) });

export function effectView({ call, method, key, state, resolvedBy, intendedAt, settledAt }: EffectRecord): EffectView {
  return { call, method, key, state, resolvedBy, intendedAt: new Date(intendedAt), settledAt: date(settledAt) };
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
