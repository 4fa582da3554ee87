import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../colony/schedule/random-stream.js';
import { expectedDurable, expectedScratch } from '../../../colony/sim/closed-forms.js';

const stages = [5, 7, 13, 4, 3];
const length = stages.reduce((sum, stage) => sum + stage, 0);

describe('the closed forms', () => {
  it('are the length of the job, and its records, where nothing is lost', () => {
    expect(expectedScratch(length, { lossRate: 0, replace: 9 })).toBe(length);
    expect(expectedDurable({ lossRate: 0, replace: 9, stages, checkpoint: 0.5, restore: 2 })).toBe(length + 2.5);
  });

  it('tend to that as losses become rare', () => {
    for (const lossRate of [1e-6, 1e-9, 1e-15]) {
      expect(expectedScratch(length, { lossRate, replace: 9 })).toBeCloseTo(length, 2);
      expect(expectedDurable({ lossRate, replace: 9, stages, checkpoint: 0.5, restore: 2 })).toBeCloseTo(length + 2.5, 2);
    }
  });

  it('agree if there is one stage and records are free', () => {
    const model = { lossRate: 0.03, replace: 4 };
    expect(expectedDurable({ ...model, stages: [length], checkpoint: 0, restore: 0 })).toBe(expectedScratch(length, model));
  });

  it('are what jobs that are really sent back take on average', () => {
    const [lossRate, replace, checkpoint, restore] = [1 / 20, 3, 0.2, 1];
    const random = new RandomStream(1, 'destroy', 0);
    const uninterrupted = (span: number, afterLoss: number): number => {
      let time = 0;
      for (let loss = random.exponential(lossRate); loss < span; loss = random.exponential(lossRate)) time += loss + afterLoss;
      return time + span;
    };
    const scratch = Array.from({ length: 4000 }, () => uninterrupted(length, replace));
    const durable = scratch.map(() => stages.reduce((sum, stage) => sum + uninterrupted(stage + checkpoint, replace + restore), 0));
    const error = (sample: readonly number[]) => standardDeviation([...sample]) / Math.sqrt(sample.length);
    expect(Math.abs(mean(scratch) - expectedScratch(length, { lossRate, replace }))).toBeLessThan(3 * error(scratch));
    const expected = expectedDurable({ lossRate, replace, stages, checkpoint, restore });
    expect(Math.abs(mean(durable) - expected)).toBeLessThan(3 * error(durable));
  });
});
