import { DurableFlowError } from '../../sdk/errors/index.js';
import { hours, micros, type Micros } from '../time.js';
import { lossSchedule, type LossEvent, type LossSchedule } from './loss-schedule.js';
import { RandomStream } from './random-stream.js';

/** How often things happen to one slot, on average, in an hour. */
export interface LossRates {
  /** Losses without warning. */
  readonly destroy: number;
  /** Standstills; a machine that stood still goes on. */
  readonly pause?: number;
  /** Losses that are announced: each notice is followed by a destroy. */
  readonly notice?: number;
}

export interface PoissonOptions {
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  readonly slots: number;
  readonly horizon: Micros;
  readonly rates: LossRates;
  /** How long a machine stands still. Default 10. */
  readonly pauseSeconds?: number;
  /** From a notice to the loss. Default 2. */
  readonly noticeSeconds?: number;
}

/**
 * Losses that know nothing of each other: the gaps between those of one slot and kind are exponential, from a random stream of
 * their own. A longer horizon or another slot adds events and changes none.
 *
 * A notice close to the horizon has its destroy after it, where the batch is over; that destroy is left out. Rates are by the hour
 * and slot, `pauseSeconds` and `noticeSeconds` in seconds, and the horizon in microseconds (`micros`).
 *
 * @throws {DurableFlowError} `DF_INVALID_INPUT` for a seed, rate or span that is none.
 * @example
 * ```ts
 * import { micros, poissonSchedule } from 'durableflow/colony';
 *
 * const day = (slots: number) => poissonSchedule({ seed: 7, slots, horizon: micros(86_400), rates: { destroy: 0.5 } });
 * const [first, again, wider] = [day(2), day(2), day(3)];
 * console.log(first.hash === again.hash); // true
 * console.log(first.events.every((event) => wider.events.some(({ at, slot }) => at === event.at && slot === event.slot))); // true
 * ```
 */
export function poissonSchedule({ seed, slots, horizon, rates, pauseSeconds = 10, noticeSeconds = 2 }: PoissonOptions): LossSchedule {
  const { destroy, pause = 0, notice = 0 } = rates;
  for (const [name, value] of Object.entries({ slots, horizon, destroy, pause, notice, pauseSeconds, noticeSeconds })) {
    if (!Number.isFinite(value) || value < 0) {
      throw new DurableFlowError('DF_INVALID_INPUT', `${name} must be a number of 0 or more, not ${value}`, { details: { name, value } });
    }
  }
  const [paused, warned] = [micros(pauseSeconds), micros(noticeSeconds)];
  const events: LossEvent[] = [];
  for (let slot = 0; slot < slots; slot++) {
    for (const at of moments(new RandomStream(seed, 'destroy', slot), destroy, horizon))
      events.push({ at, slot, kind: 'destroy', lasts: 0 });
    for (const at of moments(new RandomStream(seed, 'pause', slot), pause, horizon))
      events.push({ at, slot, kind: 'pause', lasts: paused });
    for (const at of moments(new RandomStream(seed, 'notice', slot), notice, horizon)) {
      events.push({ at, slot, kind: 'notice', lasts: warned });
      if (at + warned < horizon) events.push({ at: at + warned, slot, kind: 'destroy', lasts: 0 });
    }
  }
  const source =
    `Poisson, seed ${seed}: each slot has ${round(destroy)} losses without warning, ${round(notice)} with ${round(noticeSeconds)} s of notice ` +
    `and ${round(pause)} pauses of ${round(pauseSeconds)} s an hour`;
  return lossSchedule({ source, slots, horizon, events });
}

function* moments(random: RandomStream, rate: number, horizon: Micros): Generator<Micros> {
  if (rate === 0) return;
  const span = hours(horizon);
  for (let time = random.exponential(rate); time < span; time += random.exponential(rate)) {
    const at = micros(time * 3600);
    if (at < horizon) yield at;
  }
}

const round = (rate: number) => Number(rate.toPrecision(4));
