import type { DurableFlow } from '../../sdk/durable-flow.js';
import type { ApprovalView } from '../../sdk/flow/approval-view.js';
import type { FlowOptions } from '../../sdk/flow/flow-options.js';
import type { EngineAddress } from './engine-address.js';

/** What executes the durable arm of a suite's trials, and keeps their record. */
export interface TrialEngine {
  /** Such as `SQLite`, for the reader of the verdict. */
  readonly name: string;
  /** The processes of a trial write its record to the disk of this machine. */
  readonly writesToDisk: boolean;
  /** Where somebody can write a decision who should not, such as `into the file`. */
  readonly writtenWhere: string;
  /** Where somebody can change one that was made, such as `in the file`. */
  readonly tamperedWhere: string;
  /** Makes a place for one trial, where it meets no other. `folder` is the trial's own. */
  open(folder: string): Promise<TrialPlace>;
}

/** The record of one trial, as somebody finds it who is not one of its processes. */
export interface TrialRecordPlace {
  readonly runId: string;
  /** Whether a gate is one of this trial. */
  readonly isOurs: (gate: Pick<ApprovalView, 'workflow'>) => boolean;
  /** The name that a workflow has where it was declared. */
  readonly declaredName: (workflow: string) => string;
  /** Opens it to read and to decide; undefined if there is nothing yet. Whoever opens it has to close it. */
  open(options?: Pick<FlowOptions, 'approvalSecret' | 'clock'>): Promise<DurableFlow | undefined>;
}

/** Where one trial has its run. */
export interface TrialPlace extends TrialRecordPlace {
  /** By what this process finds the engine; with `hasNextVersion` it has another version of the class than its predecessors. */
  addressFor(life: number, hasNextVersion: boolean): EngineAddress;
  /** This process takes part in the work from now on; it listens on this port. */
  joined(life: number, port: number): void;
  /** This process has been stopped, or is gone: whoever supervises processes takes it for dead. */
  standsStill(life: number): void;
  /** Its run is under way although a process of it may not have heard of that yet. */
  isMoving(): Promise<boolean>;
  /** Lets somebody decide, and makes the arguments of the decision others than those that were decided on. */
  tamper(decide: (record: TrialRecordPlace) => Promise<unknown>, change: (args: unknown) => unknown): Promise<void>;
  /** Nothing of the trial is left. */
  close(): Promise<void>;
}
