import { mean, variance } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../colony/schedule/random-stream.js';

const many = (stream: RandomStream, count = 20_000) => Array.from({ length: count }, () => stream.next());

describe('a random stream', () => {
  it('depends on seed, purpose and place, and on all bits of the seed', () => {
    const first = (seed: number, purpose: 'destroy' | 'pause', place: number) => new RandomStream(seed, purpose, place).next();
    const all = [
      first(1, 'destroy', 0),
      first(2, 'destroy', 0),
      first(1, 'pause', 0),
      first(1, 'destroy', 1),
      first(1 + 2 ** 32, 'destroy', 0),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(first(1, 'destroy', 0)).toBe(all[0]);
  });

  it('is even over [0, 1)', () => {
    const numbers = many(new RandomStream(7, 'victim', 0));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    // Four standard errors; that of the variance is about 0.0745/√n.
    expect(Math.abs(mean(numbers) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * numbers.length));
    expect(Math.abs(variance(numbers) - 1 / 12)).toBeLessThan((4 * 0.0745) / Math.sqrt(numbers.length));
    const tenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((it) => Math.floor(it * 10) === tenth).length);
    const chiSquare = tenths.reduce((sum, seen) => sum + (seen - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 0.1% of nine degrees of freedom
  });

  it('draws each set as often as any other', () => {
    const stream = new RandomStream(3, 'victim', 0);
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const set = stream
        .sample(2, 4)
        .sort((a, b) => a - b)
        .join();
      seen.set(set, (seen.get(set) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000));
    expect(new Set(stream.sample(9, 3))).toEqual(new Set([0, 1, 2]));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new RandomStream(seed, 'destroy', 0)).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT' }));
  });
});
