import { DurableFlowError } from '../../sdk/errors/index.js';
import { hours, type Micros } from '../time.js';
import type { AvailabilityTrace } from './availability-trace.js';
import { lossSchedule, type LossEvent, type LossSchedule } from './loss-schedule.js';
import type { NodeTrace } from './node-trace.js';
import { RandomStream } from './random-stream.js';

export interface TraceScheduleOptions {
  readonly slots: number;
  /** Chooses which machines of the trace the slots follow, or which slots are the victims. */
  readonly seed: number;
  /** How many hours of the trace pass in one hour of the batch. */
  readonly compression: number;
  /** Default: as long as the trace lasts at this compression, which is also the most. */
  readonly horizon?: Micros;
}

/**
 * The losses of a trace as a schedule.
 *
 * Of a trace that follows its machines each slot takes over one place, chosen by seed, and has exactly the losses of the machines
 * that held it, so bursts stay bursts. There must be as many places as slots. Of a trace that only counts, each fall by n destroys
 * the machines of n slots that the seed chooses, or of all if there are no more.
 *
 * Only losses are replayed: that it took a while until the trace had another machine is not.
 *
 * @throws {DurableFlowError} `DF_INVALID_INPUT` for too many slots, and for a compression that is none.
 * @example
 * ```ts
 * import { readNodeTrace, traceSchedule } from 'durableflow/colony';
 *
 * const trace = readNodeTrace('0,add,a\n0,add,b\n3600000,remove,b\n7200000,remove,a\n', 'two.csv');
 * const { events } = traceSchedule(trace, { slots: 2, seed: 1, compression: 2 });
 * console.log(events.map(({ at }) => at / 60_000_000)); // [ 30, 60 ]
 * ```
 */
export function traceSchedule(trace: NodeTrace | AvailabilityTrace, options: TraceScheduleOptions): LossSchedule {
  const { slots, compression } = options;
  if (!Number.isFinite(compression) || compression <= 0) {
    throw new DurableFlowError('DF_INVALID_INPUT', `compression must be a number above 0, not ${compression}`);
  }
  const length = Math.floor(trace.span / compression);
  const horizon = Math.min(options.horizon ?? length, length);
  const [victims, rule] = trace.kind === 'nodes' ? followed(trace, options) : chosen(trace, options);
  const events = victims
    .map(({ at, slot }): LossEvent => ({ at: Math.round(at / compression), slot, kind: 'destroy', lasts: 0 }))
    .filter(({ at }) => at <= horizon);
  const source =
    `trace ${trace.name}, ${hours(trace.span).toFixed(1)} h, of which ${compression} pass in one hour of the batch; ${rule}; ` +
    'only losses are replayed, not how long the trace had to wait for other machines';
  return lossSchedule({ source, slots, horizon, events });
}

type Victims = readonly { readonly at: Micros; readonly slot: number }[];

function followed({ places, losses, name }: NodeTrace, { slots, seed }: TraceScheduleOptions): [Victims, string] {
  if (slots > places) {
    throw new DurableFlowError('DF_INVALID_INPUT', `${name} has at most ${places} machines at a time, too few for ${slots} slots`);
  }
  const taken = new RandomStream(seed, 'place', 0).sample(slots, places);
  const slotOf = new Map(taken.map((place, slot) => [place, slot]));
  const victims = losses.flatMap(({ at, place }) => (slotOf.has(place) ? [{ at, slot: slotOf.get(place)! }] : []));
  return [victims, `each slot follows the machines of one of its ${places} places, chosen by seed ${seed}`];
}

function chosen({ drops }: AvailabilityTrace, { slots, seed }: TraceScheduleOptions): [Victims, string] {
  const victims = drops.flatMap(({ at, count }, index) =>
    new RandomStream(seed, 'victim', index).sample(count, slots).map((slot) => ({ at, slot })),
  );
  const rule =
    `it does not say which machine was lost: the victims of each fall in availability are chosen by seed ${seed}; it tells ` +
    'whether machines could be had when somebody asked, which is not how long one lived';
  return [victims, rule];
}
