import { milliseconds } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import type { WorkflowQueue } from '../runtime/index.js';
import type { QueueLimit } from '../store/index.js';
import type { LimitOptions, QueueOptions } from './flow-options.js';

/** The queue of a workflow with its limits checked. Throws `DF_INVALID_INPUT`. */
export function queueOf<Input>(options: QueueOptions<Input>, workflow: string): WorkflowQueue {
  const { name = workflow, key, perKey } = options;
  if (perKey && !key) throw new DurableFlowError('DF_INVALID_INPUT', `queue "${name}" has limits per key, but no key function`);
  return { name, key, all: limitOf(options, name), perKey: limitOf(perKey ?? {}, name) };
}

function limitOf({ concurrency, rate }: LimitOptions, queue: string): QueueLimit {
  for (const [what, value] of [
    ['concurrency', concurrency],
    ['rate.max', rate?.max],
  ] as const) {
    // prettier-ignore
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new DurableFlowError('DF_INVALID_INPUT', `${what} of queue "${queue}" must be a whole number above 0, not ${value}`);
    }
  }
  return { concurrency, rate: rate && { max: rate.max, per: milliseconds(rate.per, `rate.per of queue "${queue}"`) } };
}
