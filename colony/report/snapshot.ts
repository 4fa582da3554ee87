import type { ArmId } from '../arm.js';
import type { Micros } from '../time.js';

/** How a batch stands at a moment. */
export interface Snapshot {
  readonly arm: ArmId;
  readonly seed?: number;
  /** Since the batch began, by the clock of its machines. */
  readonly elapsed: Micros;
  readonly jobs: {
    readonly waiting: number;
    readonly running: number;
    /** Their machine was lost, and their work has not gone on yet. */
    readonly recovering: number;
    readonly done: number;
    readonly givenUp: number;
  };
  readonly spentUsd: number;
  readonly budgetUsd: number;
  /** Losses that met a machine. */
  readonly landed: number;
  /** How far the arm is: seeds of all seeds, or jobs of all jobs where there is one batch. */
  readonly done: number;
  readonly total: number;
}
