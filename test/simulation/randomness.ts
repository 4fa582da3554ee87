import { philox4x32, type Words4 } from '../../colony/schedule/philox.js';

/** The same numbers for the same seed. */
export class Randomness {
  readonly #seed: number;
  #block: Words4 = [0, 0, 0, 0];
  #index = 0;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number {
    const place = this.#index % 4;
    if (place === 0) this.#block = philox4x32([this.#index / 4, 0, 0, 0], [this.#seed, 0]);
    this.#index++;
    return this.#block[place]! / 2 ** 32;
  }

  /** A whole number from 0, below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
