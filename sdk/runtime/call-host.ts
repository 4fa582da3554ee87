import type { ErrorRegistry, JournalRecord, PayloadLimit } from '../journal/index.js';
import type { ApprovalRecord, EffectRecord, Lease, RunRecord, SqlDatabase, Store, WaitRecord } from '../store/index.js';
import type { Telemetry } from '../telemetry/index.js';
import type { BodyScope } from './body-scope.js';
import type { Call, MethodCall } from './call.js';
import type { Clock } from './clock.js';
import type { DecisionDraft } from './decision-draft.js';
import type { GuardMode } from './guard-mode.js';
import type { LedgerOptions } from './ledger-options.js';
import type { Wait } from './waits.js';

/** The outside of the engine, as every run needs it. */
export interface EnginePorts {
  readonly store: Store;
  readonly clock: Clock;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly errors: ErrorRegistry;
  /** Encodes what goes into the journal, if it is not too large. */
  readonly payloads: PayloadLimit;
  /** What happens when a workflow does what cannot be replayed. */
  readonly guard: GuardMode;
  /** What is kept of what calls know, beyond digests. */
  readonly ledger: LedgerOptions;
  /** What decisions must be signed with, if anything. */
  readonly approvalSecret: string | undefined;
  /** Starts a run for a call of another one; returns it, or the one that has this id already. */
  readonly startChild: (child: ChildRequest) => Promise<RunRecord>;
}

/** A run to start from within a run. */
export interface ChildRequest {
  readonly parent: { readonly runId: string; readonly call: number; readonly detached: boolean };
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly input: unknown;
}

/** What the phases of a call need of the run that they belong to. Its promises never settle once the run has stopped here. */
export interface CallHost {
  readonly ports: EnginePorts;
  readonly lease: Lease;
  readonly subject: { readonly id: string; readonly workflow: string };
  /** Signals that a call of this run has taken or refused already. */
  readonly signalsSeen: Set<number>;
  /** The gate of a call, as far as it is on record. */
  approval(call: number): ApprovalRecord | undefined;
  /** The effect of a call, as far as it is on record. */
  effect(call: number): EffectRecord | undefined;
  /** What a call was found waiting for when the run was claimed. */
  wait(call: number): WaitRecord | undefined;
  /** The run was told to stop, or is no longer executed here: what has not begun may not begin any more. */
  readonly isStopping: boolean;
  /** The call is not executed any further here. */
  drop(call: Call): Promise<never>;
  /** Resolves when all that the run has recorded so far is on disk, which is when a body may begin. */
  durable(call: Call): Promise<void>;
  /** Waits for a write. If it fails, the run stops here, and what has been committed stands. */
  written<T>(write: Promise<T>): Promise<T>;
  /** Commits `work` and the record of what it returns; rejects with what `work` throws. */
  transact(call: MethodCall, attempts: number, startedAt: number, work: (db: SqlDatabase) => unknown): Promise<JournalRecord>;
  /** What the call puts on record of what it knows; made when it is first asked for. */
  decision(call: MethodCall): DecisionDraft;
  /** The same, if it was asked for. */
  knownDecision(call: MethodCall): DecisionDraft | undefined;
  /** Reads approvals and effects again. */
  refresh(): void;
  /** Returns when the wait is over, if the run is still in memory then; else it is replayed. */
  waitFor(wait: Wait): Promise<void>;
  /** Waits before another attempt. Nothing of the call is under way meanwhile. */
  delay(call: Call, ms: number): Promise<void>;
  /** Runs a body; its signal is aborted when the run stops. */
  runBody<T>(scope: BodyScope, body: () => T): T;
  /** From now until its record (or a wait) an effect is under way, and the run may not end here without it. */
  holdOpen(call: Call): void;
}
