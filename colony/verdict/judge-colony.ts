import { armOf, headlinePair } from '../arm.js';
import type { ColonyResult } from '../measures/colony-result.js';
import type { ColonyVerdict } from './colony-verdict.js';
import { thresholdsFor, type Thresholds } from './thresholds.js';

/**
 * Whether a class may go to machines that are lost. A broken promise is enough for a no; otherwise every threshold must be passed by
 * the whole 95% interval, and enough machines must have been lost. An interval across a threshold, too few kills or a missing arm
 * is `inconclusive`.
 *
 * @param wanted in place of the usual thresholds for the result's rate of losses: points of a hundred, ratios and fractions
 * @example
 * ```ts
 * import { judgeColony, pipelineWorkload, runSim } from 'durableflow/colony';
 *
 * const workload = { ...pipelineWorkload, jobs: 2 };
 * const result = await runSim({ workload, losses: 'calm', seeds: [1, 2], arms: ['scratch', 'durable'] });
 * console.log(judgeColony(result).reasons.at(-1)?.includes('with fewer than 30 nothing is concluded')); // true
 * ```
 */
export function judgeColony(result: ColonyResult, wanted: Partial<Thresholds> = {}): ColonyVerdict {
  const thresholds = { ...thresholdsFor(result.lossesPerJob), ...wanted };
  const broken = result.arms.filter(({ violations }) => violations.count > 0);
  const failures = [
    ...broken.map(
      ({ arm, violations: { count, first } }) =>
        `${armOf(arm).title}: ${count} ${count === 1 ? 'promise was' : 'promises were'} not kept, first: ${first[0]!.detail} (${first[0]!.invariant}, seed ${first[0]!.seed}).`,
    ),
  ];
  const doubts: string[] = [];
  const facts: string[] = [];
  const weigh = (what: string, { passes, fails, fact }: { readonly passes: boolean; readonly fails: boolean; readonly fact: string }) => {
    if (fails) failures.push(`${what}: ${fact}.`);
    else if (passes) facts.push(`${what}: ${fact}.`);
    else doubts.push(`${what}: ${fact}; the interval lies across the threshold.`);
  };
  const pair = result.comparisons.find(({ naive, durable }) => naive === headlinePair.naive && durable === headlinePair.durable);
  const delta = pair?.completionDelta.find(({ factor }) => factor === 1.5)?.points;
  if (!pair || !delta) doubts.push('The arms that a verdict rests on were not run.');
  else {
    weigh('Completion within 1.5 times the ideal span', {
      passes: delta.low >= thresholds.completionPoints,
      fails: delta.high < thresholds.completionPoints,
      fact: `${signed(delta.value)} points (${signed(delta.low)} to ${signed(delta.high)}), wanted ${signed(thresholds.completionPoints)} or more`,
    });
    const ratio = pair.costRatio;
    if (!ratio) doubts.push('Cost of a completed job: an arm completed none, so there is nothing to compare.');
    else
      weigh('Cost of a completed job', {
        passes: ratio.high <= thresholds.costRatio,
        fails: ratio.low > thresholds.costRatio,
        fact: `${ratio.value.toFixed(2)} of what it costs from scratch (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}), wanted ${thresholds.costRatio} or less`,
      });
  }
  const { overhead } = result.faultFree;
  weigh('Overhead where nothing is lost', {
    passes: overhead <= thresholds.overhead,
    fails: overhead > thresholds.overhead,
    fact: `${(100 * overhead).toFixed(1)}%, wanted ${100 * thresholds.overhead}% or less`,
  });
  const kills = result.arms.find(({ arm }) => arm === headlinePair.durable)?.kills ?? 0;
  if (kills < thresholds.kills)
    doubts.push(`Only ${kills} kills met a machine of the durable arm; with fewer than ${thresholds.kills} nothing is concluded.`);
  if (failures.length > 0) return { state: 'no_ship', reasons: failures };
  if (doubts.length > 0) return { state: 'inconclusive', reasons: doubts };
  return { state: 'ship', reasons: facts };
}

const signed = (points: number) => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
