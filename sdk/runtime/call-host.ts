import type { ErrorRegistry } from '../journal/index.js';
import type { ApprovalRecord, EffectRecord, Lease, Store } from '../store/index.js';
import type { Telemetry } from '../telemetry/index.js';
import type { BodyScope } from './body-scope.js';
import type { Clock } from './clock.js';

/** The outside of the engine, as every run needs it. */
export interface EnginePorts {
  readonly store: Store;
  readonly clock: Clock;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly errors: ErrorRegistry;
}

/** Something that only an operator, or time, can settle. */
export interface Wait {
  readonly call: number;
  readonly status: 'waiting' | 'in_doubt';
  readonly wakeAt: number | undefined;
  /** Looks again; true once the wait is over. */
  readonly over: () => boolean;
}

/** What the phases of a call need of the run that they belong to. Its promises never settle once the run has stopped here. */
export interface CallHost {
  readonly ports: EnginePorts;
  readonly lease: Lease;
  readonly subject: { readonly id: string; readonly workflow: string };
  /** The gate of a call, as far as it is on record. */
  approval(call: number): ApprovalRecord | undefined;
  /** The effect of a call, as far as it is on record. */
  effect(call: number): EffectRecord | undefined;
  /** Resolves when all that the run has recorded so far is on disk, which is when a body may begin. */
  durable(): Promise<void>;
  /** Waits for a write. If it fails, the run stops here, and what has been committed stands. */
  written<T>(write: Promise<T>): Promise<T>;
  /** Reads approvals and effects again. */
  refresh(): void;
  /** Returns when the wait is over, if the run is still in memory then; else it is replayed. */
  waitFor(wait: Wait): Promise<void>;
  /** Waits before another attempt. Nothing of the call is under way meanwhile. */
  delay(call: number, ms: number): Promise<void>;
  /** Runs a body; its signal is aborted when the run stops. */
  runBody<T>(scope: BodyScope, body: () => T): T;
  /** From now until its record (or a wait) an effect is under way, and the run may not end here without it. */
  holdOpen(call: number): void;
}
