import { seconds } from '../time.js';
import { billedKinds, type Billed } from './arm-run.js';
import type { ArmTally, SeedFigures } from './arm-tally.js';
import { bootstrap, bootstrapMean, bootstrapRatio, ruleOfThree } from './bootstrap.js';
import { spanFactors, type ArmSummary, type Comparison, type Estimate } from './colony-result.js';

/** Draws enough for a 95% interval; fewer where every drawing is of many seeds, which then hardly differ. */
const drawings = (seeds: number) => ({ resamples: Math.max(400, Math.min(2000, Math.floor(2_000_000 / seeds))) });

/** Seeds whose delta is kept for a picture. */
const deltasKept = 1000;

/** The measures of an arm, with intervals over its seeds. */
export function summariseArm(tally: ArmTally, onDemand: ArmTally | undefined, jobs: number): ArmSummary {
  const { seeds } = tally;
  const options = drawings(seeds.length);
  const mean = (values: readonly number[]) => bootstrapMean(values, options)!;
  return {
    arm: tally.arm,
    completion: spanFactors.map((factor, index) => ({ factor, rate: mean(seeds.map(({ completion }) => completion[index]!)) })),
    completed: mean(seeds.map(({ done }) => done / jobs)),
    curve: tally.curve,
    goodput: bootstrapRatio(
      seeds.map(({ useful, leased }) => ({ numerator: useful, denominator: leased })),
      options,
    ) ?? { value: 0, low: 0, high: 0 },
    billedSeconds: Object.fromEntries(billedKinds.map((kind) => [kind, seconds(tally.billed[kind]) / seeds.length])) as Record<
      keyof Billed,
      number
    >,
    costPerJobUsd: costPerJob(tally, options),
    savings: onDemand && savingsOf(tally, onDemand, options),
    recoveryPointSeconds: tally.recoveryPoint,
    secondsToDetect: tally.detection,
    secondsToRecover: tally.recovery,
    secondsToRegain: tally.regaining,
    landed: { ...tally.landed },
    kills: tally.landed.destroy,
    effects: { ...tally.effects },
    interventions: tally.interventions,
    violations: { count: tally.violations, first: tally.firstViolations },
    violationBound: tally.violations === 0 ? ruleOfThree(seeds.length) : undefined,
  };
}

/** Durable against naive, seed by seed. Both tallies hold the same seeds in the same order. */
export function compareArms(naive: ArmTally, durable: ArmTally): Comparison {
  const pairs = naive.seeds.map((seed, index) => ({ naive: seed, durable: durable.seeds[index]! }));
  const options = drawings(pairs.length);
  const deltaAt = (index: number) => pairs.map((pair) => 100 * (pair.durable.completion[index]! - pair.naive.completion[index]!));
  return {
    naive: naive.arm,
    durable: durable.arm,
    completionDelta: spanFactors.map((factor, index) => ({ factor, points: bootstrapMean(deltaAt(index), options)! })),
    costRatio: finite(
      bootstrap(pairs, (sample) => costOf(sample.map((pair) => pair.durable)) / costOf(sample.map((pair) => pair.naive)), options),
    ),
    deltas: deltaAt(spanFactors.indexOf(1.5)).slice(0, deltasKept),
  };
}

type Figures = readonly SeedFigures[];

/** What a completed job costs; infinite if none was completed. */
const costOf = (seeds: Figures) => seeds.reduce((sum, { costUsd }) => sum + costUsd, 0) / seeds.reduce((sum, { done }) => sum + done, 0);

const costPerJob = ({ seeds }: ArmTally, options: { readonly resamples: number }) => finite(bootstrap(seeds, costOf, options));

function savingsOf(tally: ArmTally, onDemand: ArmTally, options: { readonly resamples: number }): Estimate | undefined {
  const pairs = tally.seeds.map((seed, index) => ({ mine: seed, theirs: onDemand.seeds[index]! }));
  return finite(
    bootstrap(pairs, (sample) => 1 - costOf(sample.map(({ mine }) => mine)) / costOf(sample.map(({ theirs }) => theirs)), options),
  );
}

const finite = (estimate: Estimate | undefined) => (estimate && Number.isFinite(estimate.value) ? estimate : undefined);
