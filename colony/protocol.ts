import type { Micros } from './time.js';
import type { Workload } from './workload.js';

/** Everything about a batch but its losses and its arm. */
export interface Protocol {
  readonly workload: Workload;
  /** Machines at a time. */
  readonly slots: number;
  /** The k of the arms with k retries. */
  readonly retries: number;
  /** What it costs in time to lose a machine and to go on. */
  readonly delays: Delays;
  readonly prices: Prices;
  /** The batch is over at this time, done or not. */
  readonly horizon: Micros;
  /** No machine is acquired that could make the batch cost more than this. */
  readonly budgetUsd: number;
}

export interface Delays {
  /** From the loss of a machine until the runner knows. */
  readonly detect: Micros;
  /** From the acquisition of a machine, which is billed from then on, until it can work. */
  readonly provision: Micros;
  /** To take a job up from its records. */
  readonly restore: Micros;
  /** To put a stage on record. */
  readonly checkpoint: Micros;
}

/** In US dollars for an hour of one machine. */
export interface Prices {
  readonly spot: number;
  readonly onDemand: number;
}
