import { armOf, headlinePair } from '../arm.js';
import type { ColonyResult } from '../measures/colony-result.js';
import { noInterval, saidInterval } from '../measures/said-interval.js';
import type { ColonyVerdict } from './colony-verdict.js';
import { thresholdsFor, type Thresholds } from './thresholds.js';

/**
 * Whether a class may go to machines that are lost. A broken promise is enough for a no; otherwise every threshold must be passed by
 * the whole 95% interval. An interval across a threshold, a missing arm, or too few kills or seeds is `inconclusive`.
 *
 * @param wanted in place of the usual thresholds for the result's rate of losses: points of a hundred, ratios and fractions
 * @example
 * ```ts
 * import { judgeColony, pipelineWorkload, runSim } from 'durableflow/colony';
 *
 * const workload = { ...pipelineWorkload, jobs: 2 };
 * const result = await runSim({ workload, losses: 'calm', seeds: [1, 2], arms: ['scratch', 'durable'] });
 * console.log(judgeColony(result).reasons[0]?.includes('with fewer than 30 nothing is concluded')); // true
 * ```
 */
export function judgeColony(result: ColonyResult, wanted: Partial<Thresholds> = {}): ColonyVerdict {
  const thresholds = { ...thresholdsFor(result.lossesPerJob), ...wanted };
  const broken = result.arms.filter(({ violations }) => violations.count > 0);
  const breaches = broken.map(
    ({ arm, violations: { count, first } }) =>
      `${armOf(arm).title}: ${count} ${count === 1 ? 'promise was' : 'promises were'} not kept, first: ${first[0]!.detail} (${first[0]!.invariant}, seed ${first[0]!.seed}).`,
  );
  const failures: string[] = [];
  const doubts: string[] = [];
  const facts: string[] = [];
  const weigh = (what: string, { passes, fails, fact }: { readonly passes: boolean; readonly fails: boolean; readonly fact: string }) => {
    if (fails) failures.push(`${what}: ${fact}.`);
    else if (passes) facts.push(`${what}: ${fact}.`);
    else
      doubts.push(
        `${what}: ${fact}; ${fact.includes(noInterval) ? 'that takes two seeds or more' : 'the interval lies across the threshold'}.`,
      );
  };
  const pair = result.comparisons.find(({ naive, durable }) => naive === headlinePair.naive && durable === headlinePair.durable);
  const delta = pair?.completionDelta.find(({ factor }) => factor === 1.5)?.points;
  if (!pair || !delta) doubts.push('The arms that a verdict rests on were not run.');
  else {
    weigh('Completion within 1.5 times the ideal span', {
      passes: delta.low >= thresholds.completionPoints,
      fails: delta.high < thresholds.completionPoints,
      fact: `${signed(delta.value)} points (${saidInterval(delta, signed)}), wanted ${signed(thresholds.completionPoints)} or more`,
    });
    const ratio = pair.costRatio;
    if (!ratio) doubts.push('Cost of a completed job: an arm completed none, so there is nothing to compare.');
    else
      weigh('Cost of a completed job', {
        passes: ratio.high <= thresholds.costRatio,
        fails: ratio.low > thresholds.costRatio,
        fact: `${ratio.value.toFixed(2)} of what it costs from scratch (${saidInterval(ratio, (end) => end.toFixed(2))}), wanted ${thresholds.costRatio} or less`,
      });
  }
  const { overhead } = result.faultFree;
  weigh('Overhead where nothing is lost', {
    passes: overhead <= thresholds.overhead,
    fails: overhead > thresholds.overhead,
    fact: `${(100 * overhead).toFixed(1)}%, wanted ${100 * thresholds.overhead}% or less`,
  });
  const thin = tooLittle(result, thresholds);
  if (breaches.length > 0) return { state: 'no_ship', reasons: [...breaches, ...failures] };
  if (thin.length > 0) return { state: 'inconclusive', reasons: [...thin, ...failures, ...doubts] };
  if (failures.length > 0) return { state: 'no_ship', reasons: failures };
  if (doubts.length > 0) return { state: 'inconclusive', reasons: doubts };
  return { state: 'ship', reasons: facts };
}

/** Why nothing can be concluded, whatever the figures are. */
function tooLittle({ arms, seeds }: ColonyResult, thresholds: Thresholds): string[] {
  const kills = arms.find(({ arm }) => arm === headlinePair.durable)?.kills ?? 0;
  return [
    ...(kills < thresholds.kills
      ? [`Only ${kills} kills met a machine of the durable arm; with fewer than ${thresholds.kills} nothing is concluded.`]
      : []),
    ...(seeds.length < thresholds.seeds
      ? [
          `Only ${seeds.length} ${seeds.length === 1 ? 'seed was' : 'seeds were'} run; with fewer than ${thresholds.seeds} nothing is concluded.`,
        ]
      : []),
  ];
}

const signed = (points: number) => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
