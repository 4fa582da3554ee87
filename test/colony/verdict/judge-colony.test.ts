import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../colony/measures/colony-result.js';
import { judgeColony } from '../../../colony/verdict/judge-colony.js';
import { thresholdsFor, type Thresholds } from '../../../colony/verdict/thresholds.js';
import { sampleReport } from '../sample-result.js';

interface Findings {
  readonly points?: Estimate;
  readonly ratio?: Estimate | undefined;
  readonly overhead?: number;
  readonly kills?: number;
  readonly seeds?: number;
  readonly broken?: boolean;
  readonly lossesPerJob?: number;
  readonly withoutPair?: boolean;
}

const between = (low: number, high: number): Estimate => ({ value: (low + high) / 2, low, high });
const unbounded: Estimate = { value: 50, low: -Infinity, high: Infinity };

function judge(found: Findings, wanted?: Partial<Thresholds>) {
  const { points = between(20, 30), ratio = between(0.5, 0.7), overhead = 0.05, kills = 30, broken, lossesPerJob = 1 } = found;
  const costRatio = 'ratio' in found ? found.ratio : ratio;
  const sample = sampleReport({ lossesPerJob });
  const violation = { invariant: 'effect_twice', detail: 'one delivery was made again', seed: 7 } as const;
  return judgeColony(
    {
      ...sample,
      seeds: Array.from({ length: found.seeds ?? 5 }, (_, index) => index + 1),
      faultFree: { ...sample.faultFree, overhead },
      comparisons: found.withoutPair
        ? sample.comparisons.filter(({ durable }) => durable === 'durable_limited')
        : sample.comparisons.map((pair) =>
            // What the limited arms found does not count.
            pair.durable === 'durable' ? { ...pair, costRatio, completionDelta: [{ factor: 1.5, points }] } : { ...pair, costRatio: between(9, 9) },
          ),
      arms: sample.arms.map((it) => ({
        ...it,
        kills: it.arm === 'durable' ? kills : 1e6,
        violations: broken && it.arm === 'no_retry' ? { count: 2, first: [violation] } : { count: 0, first: [] },
      })),
    },
    wanted,
  );
} // prettier-ignore

describe('judgeColony', () => {
  it('concludes nothing from too few points of too few kills', () => {
    const { state, reasons } = judge({ points: between(5, 14), kills: 1 });
    expect(state).toBe('inconclusive');
    expect(reasons.map((it) => it.split(' ')[0])).toEqual(['Only', 'Completion']);
  });

  it('ships what passes every threshold by its whole interval, and says by how much', () => {
    const { state, reasons } = judge({ points: between(15, 30), ratio: between(0.5, 0.8), overhead: 0.1, kills: 30 });
    expect(state).toBe('ship');
    expect(reasons).toEqual([
      'Completion within 1.5 times the ideal span: +22.5 points (+15.0 to +30.0), wanted +15.0 or more.',
      'Cost of a completed job: 0.65 of what it costs from scratch (0.50 to 0.80), wanted 0.8 or less.',
      'Overhead where nothing is lost: 10.0%, wanted 10% or less.',
    ]);
  });

  it.each<[string, Findings, RegExp]>([
    ['too few points', { points: between(5, 14.9) }, /^Completion/],
    ['too dear', { ratio: between(0.81, 0.9) }, /^Cost/],
    ['too slow where nothing is lost', { overhead: 0.11 }, /^Overhead/],
    ['a promise that was not kept, whatever the rest', { broken: true, kills: 0, points: unbounded }, /^no retry: 2 promises were not kept, first: one delivery was made again \(effect_twice, seed 7\)\.$/],
  ])('does not ship: %s', (_, found, reason) => {
    const { state, reasons } = judge(found);
    expect(state).toBe('no_ship');
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  }); // prettier-ignore

  it.each<[string, Findings, RegExp]>([
    ['points across the threshold', { points: between(14, 16) }, /^Completion.*across the threshold\.$/],
    ['a cost across the threshold', { ratio: between(0.79, 0.81) }, /^Cost.*across the threshold\.$/],
    ['4 seeds, whatever they show', { seeds: 4 }, /^Only 4 seeds were run; with fewer than 5 nothing is concluded/],
    ['29 kills', { kills: 29 }, /^Only 29 kills met a machine of the durable arm/],
    ['nothing completed', { ratio: undefined }, /an arm completed none/],
    ['arms that were not run', { withoutPair: true }, /were not run/],
    ['one seed, of which no interval can be drawn', { points: unbounded }, /^Completion.*no interval.*two seeds or more/],
    ['one seed, with a cost that looks fine', { ratio: unbounded }, /^Cost/],
  ])('cannot tell: %s', (_, found, reason) => {
    const { state, reasons } = judge(found);
    expect(state).toBe('inconclusive');
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });

  it('takes the thresholds of the losses that a job meets, and those that are wanted instead', () => {
    expect(judge({ lossesPerJob: 2 }).state).toBe('no_ship');
    expect(judge({ lossesPerJob: 2, points: between(41, 50), ratio: between(0.4, 0.5) }).state).toBe('ship');
    expect(judge({ lossesPerJob: 2 }, { completionPoints: 10, costRatio: 1 }).state).toBe('ship');
    expect(judge({ kills: 29 }, { kills: 29 }).state).toBe('ship');
    expect(judge({}, { overhead: 0.01 }).state).toBe('no_ship');
  });
});

describe('thresholdsFor', () => {
  it.each([
    [0, -5, 1.1],
    [0.25, -5, 1.1],
    [0.74, -5, 1.1],
    [0.75, 15, 0.8],
    [1, 15, 0.8],
    [1.49, 15, 0.8],
    [1.5, 40, 0.55],
    [2, 40, 0.55],
    [100, 40, 0.55],
  ])('%d losses a job', (losses, completionPoints, costRatio) => {
    expect(thresholdsFor(losses)).toEqual({ completionPoints, costRatio, overhead: 0.1, kills: 30, seeds: 5 });
  });
});
