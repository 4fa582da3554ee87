import { describe, expect, it } from 'vitest';
import { bootstrap, bootstrapMean, bootstrapRatio, ruleOfThree } from '../../../colony/measures/bootstrap.js';
import { RandomStream } from '../../../colony/schedule/random-stream.js';

describe('the bootstrap over seeds', () => {
  it('covers the true mean about as often as it says, of a skewed distribution too', () => {
    const [sets, size] = [150, 24];
    for (const draw of [(random: RandomStream) => random.next(), (random: RandomStream) => random.exponential(2)]) {
      let covered = 0;
      for (let set = 0; set < sets; set++) {
        const random = new RandomStream(set, 'victim', 0);
        const { low, high } = bootstrapMean(
          Array.from({ length: size }, () => draw(random)),
          { resamples: 200, seed: set },
        )!;
        if (low <= 0.5 && 0.5 <= high) covered++;
      }
      // 95% less what the percentile method loses at 24 seeds, give or take three standard errors.
      expect(covered / sets).toBeGreaterThan(0.87);
      expect(covered / sets).toBeLessThan(0.995);
    }
  });

  it('narrows with the number of seeds', () => {
    const width = (size: number) => {
      const random = new RandomStream(1, 'victim', 0);
      const { low, high } = bootstrapMean(Array.from({ length: size }, () => random.next()))!;
      return high - low;
    };
    expect(width(16) / width(256)).toBeGreaterThan(3);
    expect(width(16) / width(256)).toBeLessThan(5.5);
  });

  it('keeps what belongs to one seed together', () => {
    // The arms scatter alike, so their paired difference hardly does.
    const random = new RandomStream(5, 'victim', 0);
    const seeds = Array.from({ length: 40 }, (_, index) => {
      const naive = random.next();
      return { naive, durable: naive + 0.1 + index / 10_000 };
    });
    const delta = bootstrapMean(seeds.map(({ naive, durable }) => durable - naive))!;
    expect(delta.low).toBeGreaterThan(0.1);
    expect(delta.high).toBeLessThan(0.104);
  });

  it('weighs a ratio by what it is made of', () => {
    const parts = [
      { numerator: 1, denominator: 1 },
      { numerator: 10, denominator: 99 },
    ];
    const { value, low, high } = bootstrapRatio(parts)!;
    expect(value).toBe(0.11);
    expect([low, high]).toEqual([10 / 99, 1]);
  });

  it('is the same for the same seed', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    expect(bootstrapMean(values, { seed: 7 })).toEqual(bootstrapMean(values, { seed: 7 }));
    expect(bootstrapMean(values, { seed: 7, resamples: 101 })).not.toEqual(bootstrapMean(values, { seed: 8, resamples: 101 }));
  });

  it('knows nothing of how seeds differ from one of them', () => {
    expect(bootstrapMean([0.9])).toEqual({ value: 0.9, low: -Infinity, high: Infinity });
    expect(bootstrapMean([])).toBeUndefined();
  });

  it('counts what is undefined against both ends', () => {
    expect(bootstrapRatio([{ numerator: 0, denominator: 0 }])).toBeUndefined();
    const rare = bootstrap([0, 1], (sample) => (new Set(sample).size === 1 ? Number.NaN : 1));
    expect(rare).toEqual({ value: 1, low: -Infinity, high: Infinity });
    // A batch in which nothing completed makes a completed job cost any amount, not less than it did.
    const cost = bootstrapRatio([{ numerator: 5, denominator: 0 }, { numerator: 5, denominator: 10 }])!; // prettier-ignore
    expect([cost.value, cost.high]).toEqual([1, Infinity]);
  });
});

describe('the rule of three', () => {
  it('bounds what was never seen', () => {
    expect(ruleOfThree(300)).toBe(0.01);
    expect(ruleOfThree(2)).toBe(1);
    expect(ruleOfThree(0)).toBe(1);
    // The chance to see nothing in n tries at that rate is about 5%.
    expect((1 - ruleOfThree(1000)) ** 1000).toBeCloseTo(0.05, 2);
  });
});
