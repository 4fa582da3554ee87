import { DurableFlowError } from '../sdk/errors/index.js';
import { hours, micros, type Micros } from './time.js';
import { idealSpan, lengthOf, type Workload } from './workload.js';

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

/** What may be said about a batch; the rest is the usual. Spans are in seconds. */
export interface ProtocolOptions {
  /** Machines at a time. Default 5. */
  readonly slots?: number;
  /** The k of the arms with k retries. Default 3. */
  readonly retries?: number;
  /** Default: 30 s to notice a loss, 120 s to get a machine, 2 s to take a job up, 0.5 s to put a stage on record. */
  readonly delaySeconds?: Partial<Record<keyof Delays, number>>;
  /** In US dollars for an hour. Default 1.2 and 3. */
  readonly pricesPerHour?: Partial<Prices>;
  /** The batch is over after so many times the ideal span, or what one job takes with a machine of its own if that is longer. Default 6. */
  readonly horizonFactor?: number;
  /** Default: ten times what the batch would cost without losses. */
  readonly budgetUsd?: number;
}

const usual = {
  slots: 5,
  retries: 3,
  delaySeconds: { detect: 30, provision: 120, restore: 2, checkpoint: 0.5 },
  pricesPerHour: { spot: 1.2, onDemand: 3 },
  horizonFactor: 6,
};

/** The protocol of a batch. Throws `DF_INVALID_INPUT` for what is no number, too small, or nothing to do. */
export function protocolOf(workload: Workload, options: ProtocolOptions = {}): Protocol {
  const { slots = usual.slots, retries = usual.retries, horizonFactor = usual.horizonFactor } = options;
  const delays = { ...usual.delaySeconds, ...options.delaySeconds };
  const prices = { ...usual.pricesPerHour, ...options.pricesPerHour };
  const stages = Object.fromEntries(workload.stages.map(({ method, seconds }) => [`the seconds of ${method}`, seconds]));
  assertNumbers({ ...delays, ...prices, ...stages, prepareSeconds: workload.prepareSeconds });
  assertCounts(1, { slots, jobs: workload.jobs });
  assertCounts(0, { retries });
  for (const [index, { method, calls = 1 }] of workload.stages.entries()) {
    assertCounts(1, { [`the calls of ${method}`]: calls });
    if (workload.stages.findIndex((stage) => stage.method === method) < index)
      throw new DurableFlowError('DF_INVALID_INPUT', `${method} stands in the workload twice; name it once, with its calls`);
  }
  const length = lengthOf(workload);
  if (length === 0) throw new DurableFlowError('DF_INVALID_INPUT', 'the stages of a job must take some time; give each its seconds');
  if (!(Number.isFinite(horizonFactor) && horizonFactor >= 1))
    throw new DurableFlowError(
      'DF_INVALID_INPUT',
      `horizonFactor must be a number of 1 or more, not ${horizonFactor}: in less than the ideal span no batch can be done`,
    );
  const spans: Delays = {
    detect: micros(delays.detect),
    provision: micros(delays.provision),
    restore: micros(delays.restore),
    checkpoint: micros(delays.checkpoint),
  };
  const records = workload.stages.reduce((sum, { calls = 1 }) => sum + calls, 0);
  // Where jobs are few, or short against what it takes to get a machine, this is what a batch cannot be shorter than.
  const oneJob = spans.provision + spans.restore + length + records * spans.checkpoint;
  const budgetUsd = options.budgetUsd ?? 10 * workload.jobs * hours(oneJob) * Math.max(prices.spot, prices.onDemand);
  assertNumbers({ budgetUsd });
  return {
    workload,
    slots,
    retries,
    delays: spans,
    prices,
    horizon: Math.ceil(horizonFactor * Math.max(idealSpan(workload, slots), oneJob)),
    budgetUsd,
  };
}

function assertNumbers(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(Number.isFinite(value) && value >= 0))
      throw new DurableFlowError('DF_INVALID_INPUT', `${name} must be a number of 0 or more, not ${value}`);
  }
}

function assertCounts(least: number, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(Number.isInteger(value) && value >= least))
      throw new DurableFlowError('DF_INVALID_INPUT', `${name} must be a whole number of ${least} or more, not ${value}`);
  }
}
