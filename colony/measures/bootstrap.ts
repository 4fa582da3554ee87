import { sum } from 'simple-statistics';
import { RandomStream } from '../schedule/random-stream.js';
import type { Estimate } from './colony-result.js';

export interface BootstrapOptions {
  /** How often the seeds are drawn anew. Default 2000. */
  readonly resamples?: number;
  /** Of the drawing; the same seed gives the same interval. Default 1. */
  readonly seed?: number;
}

/**
 * A statistic over seeds with its 95% interval, by the percentile bootstrap: seeds are drawn from those that were run, with
 * replacement, and both arms of a seed stay together. A seed is the unit because everything within one hangs together: the jobs of
 * a batch meet the same losses.
 *
 * Fewer than two seeds say nothing about how seeds differ, so the interval is then unbounded, and every verdict that rests on it
 * inconclusive. A resample for which the statistic is not a number counts against both ends.
 *
 * @param perSeed what was measured, one element a seed
 * @returns undefined if the statistic of all seeds together is not a number
 */
export function bootstrap<T>(
  perSeed: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { resamples = 2000, seed = 1 }: BootstrapOptions = {},
): Estimate | undefined {
  const value = statistic(perSeed);
  if (Number.isNaN(value)) return undefined;
  if (perSeed.length < 2) return { value, low: -Infinity, high: Infinity };
  const places = drawings(seed, resamples, perSeed.length);
  const drawn = Array.from({ length: resamples }, (_, resample) => {
    const from = resample * perSeed.length;
    return statistic(perSeed.map((_, index) => perSeed[places[from + index]!]!));
  });
  const sorted = (unknown: number) => Float64Array.from(drawn, (it) => (Number.isNaN(it) ? unknown : it)).sort();
  // Drawn values, outward of the quantiles: between a number and infinity there is nothing to interpolate.
  const low = sorted(-Infinity)[Math.floor(0.025 * (resamples - 1))]!;
  const high = sorted(Infinity)[Math.ceil(0.975 * (resamples - 1))]!;
  return { value, low, high };
}

let last = { of: '', places: new Uint32Array() };

/** Which seeds are drawn. All statistics of one result draw the same ones, so they are kept for the next. */
function drawings(seed: number, resamples: number, size: number): Uint32Array {
  const of = `${seed}/${resamples}/${size}`;
  if (last.of !== of) {
    const places = new Uint32Array(resamples * size);
    for (let resample = 0; resample < resamples; resample++) {
      const random = new RandomStream(seed, 'resample', resample);
      for (let index = 0; index < size; index++) places[resample * size + index] = random.below(size);
    }
    last = { of, places };
  }
  return last.places;
}

/** The mean over seeds, such as of a delta between two arms of the same seed. Undefined for no seeds. */
export function bootstrapMean(perSeed: readonly number[], options?: BootstrapOptions): Estimate | undefined {
  return bootstrap(perSeed, (sample) => sum(sample as number[]) / sample.length, options);
}

/** What one seed adds to a ratio: not the ratio itself, of which small seeds would count as much as large ones. */
export interface RatioPart {
  readonly numerator: number;
  readonly denominator: number;
}

/** The sum of the numerators over that of the denominators, such as the cost of a completed job. Undefined if both are 0. */
export function bootstrapRatio(perSeed: readonly RatioPart[], options?: BootstrapOptions): Estimate | undefined {
  return bootstrap(perSeed, ratioOfSums, options);
}

export function ratioOfSums(parts: readonly RatioPart[]): number {
  return sum(parts.map(({ numerator }) => numerator)) / sum(parts.map(({ denominator }) => denominator));
}

/** With nothing seen in n tries, the upper end of a 95% interval for how often it happens: 3/n, and 1 if there were too few. */
export function ruleOfThree(tries: number): number {
  return tries > 3 ? 3 / tries : 1;
}
