import { headlinePair, type ArmId } from './arm.js';
import { pipelineWorkload, type ColonyJob } from './job/colony-job.js';
import type { BreakEvenPoint, ColonyResult } from './measures/colony-result.js';
import type { ProtocolOptions } from './protocol.js';
import type { ColonyReport } from './report/colony-report.js';
import { profileAt, type LossProfile, type ProfileName } from './schedule/profiles.js';
import { seedCompat, type SeedCompatProfile } from './seed-compat/seed-compat.js';
import { runSim, type SimOptions, type TraceLosses } from './sim/run-sim.js';
import { judgeColony } from './verdict/judge-colony.js';
import type { Thresholds } from './verdict/thresholds.js';
import type { Workload } from './workload.js';

export interface BenchmarkOptions extends ProtocolOptions {
  readonly job?: ColonyJob;
  readonly workload?: Workload;
  readonly losses: ProfileName | LossProfile | TraceLosses;
  readonly seeds: readonly number[];
  readonly arms?: readonly ArmId[];
  readonly thresholds?: Partial<Thresholds>;
  readonly processes?: number;
  /** Also find out where durability begins to pay: by so many seeds at each rate of losses. */
  readonly breakEvenSeeds?: number;
  readonly onRun?: SimOptions['onRun'];
  readonly onBreakEven?: (done: number, total: number) => void;
}

/** From where machines are hardly ever lost, and records cannot pay for themselves, to where few jobs survive. */
const breakEvenRates = [0.02, 0.1, 0.25, 0.5, 1, 1.5, 2, 3];

/** The rows that the original published. */
const publishedRows: readonly (readonly [SeedCompatProfile, number])[] = [
  ['hostile', 1337],
  ['hostile', 1],
  ['hostile', 7],
  ['hostile', 42],
  ['moderate', 7331],
  ['calm', 42],
];

/**
 * Runs a benchmark in simulated time and makes a report of it: every arm on the losses of every seed, and a verdict.
 *
 * Of `options`, `losses` is a profile (by name, or as a `LossProfile`) or a trace, and `seeds` says how many batches, each of which has
 * losses of its own; `workload` is in seconds. Without a `job` it is the pipeline of the benchmark. The verdict rests on the arms
 * `scratch` and `durable`.
 *
 * @throws {DurableFlowError} `DF_INVALID_INPUT` for numbers that are none, `DF_COLONY_JOB` for a class that cannot be the job of a batch.
 * @example
 * ```ts
 * import { benchmark, pipelineWorkload } from 'durableflow/colony';
 *
 * const { verdict, profile } = await benchmark({
 *   workload: { ...pipelineWorkload, jobs: 2 },
 *   losses: 'moderate',
 *   seeds: [1],
 *   arms: ['scratch', 'durable'],
 * });
 * console.log(profile, verdict.state); // moderate inconclusive
 * ```
 */
export async function benchmark({
  thresholds,
  breakEvenSeeds = 0,
  onRun,
  onBreakEven,
  ...options
}: BenchmarkOptions): Promise<ColonyReport> {
  const result = await runSim({ ...options, ...(onRun && { onRun }), picture: true });
  const breakEven =
    breakEvenSeeds > 0 ? await breakEvenCurve({ ...options, seeds: options.seeds.slice(0, breakEvenSeeds) }, onBreakEven) : undefined;
  return { ...reportOf(result, thresholds), ...(breakEven && { breakEven }) };
}

/** A result with its verdict, by the thresholds for its rate of losses or by those given. */
export function reportOf(result: ColonyResult, thresholds?: Partial<Thresholds>): ColonyReport {
  return { ...result, verdict: judgeColony(result, thresholds) };
}

/** The figures of the first protocol, made again from its seeds. */
export function publishedSeedCompat(): NonNullable<ColonyReport['seedCompat']> {
  return publishedRows.map(([profile, seed]) => {
    const { naive, durable } = seedCompat({ profile, seed });
    return {
      row: `${profile}/${seed}`,
      naive: { done: naive.done, lost: naive.losses, costUsd: naive.costUsd, wallSeconds: naive.wallSeconds },
      durable: { recoveries: durable.losses, costUsd: durable.costUsd, wallSeconds: durable.wallSeconds },
    };
  });
}

async function breakEvenCurve(
  options: Omit<SimOptions, 'losses' | 'arms' | 'picture'>,
  onPoint: BenchmarkOptions['onBreakEven'],
): Promise<BreakEvenPoint[]> {
  const points: BreakEvenPoint[] = [];
  for (const lossesPerJob of breakEvenRates) {
    const { comparisons } = await runSim({
      ...options,
      workload: options.workload ?? pipelineWorkload,
      losses: profileAt(lossesPerJob),
      arms: [headlinePair.naive, headlinePair.durable],
    });
    points.push({ lossesPerJob, comparisons });
    onPoint?.(points.length, breakEvenRates.length);
  }
  return points;
}
