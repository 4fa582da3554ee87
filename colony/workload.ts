import { micros, type Micros } from './time.js';

/** A part of a job whose outcome is kept once it is there. `method` is the decorated method that does it. */
export interface Stage {
  readonly method: string;
  /** Of one call. */
  readonly seconds: number;
  /** How often a job calls it. Default 1. */
  readonly calls?: number;
}

/** The jobs of a batch: all alike, each a run of the same class. */
export interface Workload {
  readonly jobs: number;
  readonly stages: readonly Stage[];
  /** What each machine has to do again before it can go on with a job: the node-local part, in seconds. */
  readonly prepareSeconds: number;
}

/** How long one job takes on a machine that is never lost. */
export function lengthOf({ stages, prepareSeconds }: Workload): Micros {
  // Each is rounded by itself, as machines do.
  return stages.reduce((sum, { seconds, calls = 1 }) => sum + micros(seconds) * calls, micros(prepareSeconds));
}

/** How long the whole batch takes on so many machines that are never lost, if they share it evenly. */
export function idealSpan(workload: Workload, slots: number): Micros {
  return Math.ceil((workload.jobs * lengthOf(workload)) / slots);
}
