import { DurableFlowError } from '../../sdk/errors/index.js';
import { philox4x32 } from './philox.js';

/** What a stream is used for; the numbers are part of every schedule's hash and never change. */
const purposes = { destroy: 0, pause: 1, notice: 2, victim: 3, place: 4, resample: 5 } as const;

export type Purpose = keyof typeof purposes;

const word = 2 ** 32;

/**
 * Random numbers of one seed for one purpose and one place in it, such as a slot. A number depends on these and on its index
 * alone: what other streams are read, and how far, changes nothing.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #place: number;
  readonly #purpose: number;
  #index = 0;

  /** Throws `DF_INVALID_INPUT` if the seed is not a whole number of 0 or more that a double holds exactly. */
  constructor(seed: number, purpose: Purpose, place: number) {
    assertSeed(seed);
    this.#key = [seed % word, Math.floor(seed / word)];
    this.#place = place;
    this.#purpose = purposes[purpose];
  }

  /** The next number in [0, 1), with 53 bits. */
  next(): number {
    const index = this.#index++;
    const [high, low] = philox4x32([index % word, Math.floor(index / word), this.#place, this.#purpose], this.#key);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  }

  /** A whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** How long until the next event, if there are `rate` of them in a unit of time, on average. */
  exponential(rate: number): number {
    return -Math.log1p(-this.next()) / rate;
  }

  /** So many different numbers below `bound`, each set of them as likely as any other. */
  sample(count: number, bound: number): number[] {
    const left = Array.from({ length: bound }, (_, index) => index);
    return Array.from({ length: Math.min(count, bound) }, () => left.splice(this.below(left.length), 1)[0]!);
  }
}

export function assertSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new DurableFlowError('DF_INVALID_INPUT', `a seed must be a whole number from 0 to 2^53 − 1, not ${seed}`, { details: { seed } });
}
