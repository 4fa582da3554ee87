import { describe, expect, it } from 'vitest';
import type { ArmId } from '../../../colony/arm.js';
import type { ArmRun, Recovery } from '../../../colony/measures/arm-run.js';
import { ArmTally } from '../../../colony/measures/arm-tally.js';
import { compareArms, summariseArm } from '../../../colony/measures/summarise-arm.js';
import { micros } from '../../../colony/time.js';

const idealSpan = micros(100);

/** A batch of two jobs that were done at these times, or never. */
function run(seed: number, doneAt: readonly (number | undefined)[], over: Partial<ArmRun> = {}): ArmRun {
  return {
    ...{ arm: 'durable', seed, scheduleHash: '', landed: { destroy: 2, pause: 1, notice: 0 } },
    jobs: doneAt.map((at, index) => ({ id: `job-${index + 1}`, doneAt: at === undefined ? at : micros(at), attempts: 1, digest: 'd' })),
    billed: { useful: micros(60), lost: micros(20), redo: 0, checkpoint: 0, restore: 0, provision: micros(15), idle: micros(5) },
    ...{ leased: micros(100), costUsd: 1, span: micros(200), recoveries: [], interventions: 1, violations: [] },
    effects: { keys: 3, duplicates: seed, mostOfOneKey: 1 + seed },
    ...over,
  };
}

function tallyOf(arm: ArmId, runs: readonly ArmRun[]): ArmTally {
  const tally = new ArmTally(arm, 2, idealSpan);
  for (const it of runs) tally.add(it);
  return tally;
}

const recovery = (ms: number, over: Partial<Recovery> = {}): Recovery => ({
  ...{ job: 'job-1', slot: 0, at: 0, lostWork: ms * 1000, detect: ms * 1000, recover: ms * 1000, regain: ms * 1000 },
  ...over,
});

describe('ArmTally', () => {
  it('has the median, the 95th percentile and the longest of a span, to three figures', () => {
    const tally = tallyOf('durable', [run(1, [], { recoveries: Array.from({ length: 100 }, (_, index) => recovery(index + 1)) })]);
    expect(tally.recoveryPoint).toEqual({ count: 100, median: 0.05, p95: 0.095, max: 0.1 });
    const [hour] = [3_600_000];
    const long = tallyOf('durable', [run(1, [], { recoveries: [recovery(hour)] })]).detection!;
    expect(Math.abs(long.median / 3600 - 1)).toBeLessThan(0.001);
  });

  it('counts spans of nothing, and leaves out what never came', () => {
    const never = { detect: undefined, recover: undefined, regain: undefined };
    const recoveries = [recovery(0), recovery(0), recovery(0), recovery(10, never)];
    const tally = tallyOf('durable', [run(1, [], { recoveries })]);
    expect(tally.recoveryPoint).toEqual({ count: 4, median: 0, p95: 0.01, max: 0.01 });
    expect(tally.detection).toEqual({ count: 3, median: 0, p95: 0, max: 0 });
    expect(tallyOf('durable', [run(1, [])]).regaining).toBeUndefined();
  });

  it('keeps twenty violations in words and counts all', () => {
    const tally = tallyOf('durable', []);
    tally.note(
      3,
      Array.from({ length: 25 }, (_, index) => ({ invariant: 'effect_twice', detail: `${index}` }) as const),
    );
    expect([tally.violations, tally.firstViolations.length, tally.firstViolations[19]]).toEqual([
      ...[25, 20],
      { seed: 3, invariant: 'effect_twice', detail: '19' },
    ]);
  });

  it('says when jobs were done', () => {
    const { curve } = tallyOf('durable', [run(1, [110, 111]), run(2, [600, 601])]);
    const at = (factor: number) => curve.find((point) => point.factor === factor)!.rate;
    expect([at(1), at(1.1), at(1.2), at(5.9), at(6)]).toEqual([0, 0.25, 0.5, 0.5, 0.75]);
  });
});

describe('summariseArm', () => {
  const durable = tallyOf('durable', [run(1, [120, 150]), run(2, [151, undefined], { costUsd: 3 })]);
  const naive = tallyOf('scratch', [run(1, [250, undefined], { costUsd: 2 }), run(2, [300, undefined], { costUsd: 4 })]);
  const onDemand = tallyOf('on_demand', [run(1, [100, 100], { costUsd: 5 }), run(2, [100, 100], { costUsd: 5 })]);

  it('has the figures that a pocket calculator has', () => {
    const summary = summariseArm(durable, onDemand, 2);
    expect(summary.completion.map(({ factor, rate }) => [factor, rate.value])).toEqual([[1.25, 0.25], [1.5, 0.5], [2, 0.75], [3, 0.75]]); // prettier-ignore
    expect(summary.completed).toEqual({ value: 0.75, low: 0.5, high: 1 });
    expect(summary.goodput.value).toBeCloseTo(0.6);
    expect(summary.billedSeconds).toMatchObject({ useful: 60, lost: 20, provision: 15, idle: 5 });
    expect(summary.costPerJobUsd!.value).toBeCloseTo(4 / 3);
    // Of seed 1 alone 1/2, of seed 2 alone 3/1.
    expect([summary.costPerJobUsd!.low, summary.costPerJobUsd!.high]).toEqual([0.5, 3]);
    expect(summary.savings!.value).toBeCloseTo(1 - 4 / 3 / 2.5);
    expect(summary).toMatchObject({ kills: 4, interventions: 2, effects: { keys: 6, duplicates: 3, mostOfOneKey: 3 } });
    expect([summary.violations.count, summary.violationBound]).toEqual([0, 1]);
  });

  it('has no cost of a job if none completed, and no bound if anything was violated', () => {
    const violations = [{ invariant: 'lease_leak', detail: '' }] as const;
    const summary = summariseArm(tallyOf('no_retry', [run(1, [undefined], { violations })]), undefined, 2);
    expect([summary.costPerJobUsd, summary.savings, summary.violationBound]).toEqual([undefined, undefined, undefined]);
  });

  it('compares seed by seed', () => {
    const { completionDelta, deltas, costRatio } = compareArms(naive, durable);
    expect(completionDelta.map(({ points }) => points.value)).toEqual([25, 50, 75, 25]);
    expect(deltas).toEqual([100, 0]);
    expect(costRatio!.value).toBeCloseTo(4 / 3 / 3);
    expect(compareArms(tallyOf('scratch', [run(1, [])]), durable).costRatio?.value).toBe(0);
    expect(compareArms(naive, tallyOf('durable', [run(1, []), run(2, [])])).costRatio).toBeUndefined();
  });
});
