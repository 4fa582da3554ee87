import { describe, expect, it } from 'vitest';
import { PythonRandom } from '../../../colony/seed-compat/python-random.js';
import { roundHalfEven } from '../../../colony/seed-compat/round-half-even.js';
import { randomVectors, roundVectors } from './python-vectors.js';

const times = <T>(count: number, draw: () => T) => Array.from({ length: count }, draw);

describe("Python's random.Random", () => {
  it.each(randomVectors)('has the same numbers for the seed $seed', ({ seed, random, expovariate, randrange, late }) => {
    const own = new PythonRandom(seed);
    expect(times(4, () => own.random())).toEqual(random);
    // The logarithm of the machine's C library may differ in the last bit.
    for (const expected of expovariate) expect(Math.abs(own.expovariate(0.08) / expected - 1)).toBeLessThan(1e-15);
    expect(times(8, () => own.randrange(5))).toEqual(randrange);
    expect(times(700, () => own.random()).at(-1)).toBe(late);
  });

  it('takes a seed as a number too, and without its sign', () => {
    expect(new PythonRandom(1337).random()).toBe(new PythonRandom(1337n).random());
    expect(new PythonRandom(-42).random()).toBe(new PythonRandom(42).random());
  });
});

describe('rounding half to even', () => {
  it.each(roundVectors)('of %d to four places', (value, rounded) => {
    expect(roundHalfEven(value, 4)).toBe(rounded);
  });
});
