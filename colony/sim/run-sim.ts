import { DurableFlowError } from '../../sdk/errors/index.js';
import { arms as allArms, armOf, headlinePair, type ArmId } from '../arm.js';
import { pipelineJob, pipelineWorkload, type ColonyJob } from '../job/colony-job.js';
import { compareArms } from '../invariants/check-invariants.js';
import type { ArmRun } from '../measures/arm-run.js';
import { ArmTally } from '../measures/arm-tally.js';
import { assembleResult } from '../measures/assemble-result.js';
import type { ColonyResult } from '../measures/colony-result.js';
import { protocolOf, type Protocol, type ProtocolOptions } from '../protocol.js';
import type { LossSchedule } from '../schedule/loss-schedule.js';
import { profileOf, profileSchedule, type LossProfile, type ProfileName } from '../schedule/profiles.js';
import { idealSpan, lengthOf, type Workload } from '../workload.js';
import { faultFree } from './fault-free.js';
import { simulate } from './simulate.js';
import { SimProcesses } from './sim-processes.js';

/** A trace as the source of losses: one schedule for each seed. */
export interface TraceLosses {
  readonly name: string;
  /** How many hours of the trace pass in one hour of the batch. Default 1. */
  readonly compression?: number;
  readonly scheduleOf: (seed: number, protocol: Protocol) => LossSchedule;
}

export interface SimOptions extends ProtocolOptions {
  /** Default: the pipeline of the benchmark, with its workload. */
  readonly job?: ColonyJob;
  readonly workload?: Workload;
  readonly losses: ProfileName | LossProfile | TraceLosses;
  readonly seeds: readonly number[];
  /** Default: all. */
  readonly arms?: readonly ArmId[];
  /** Keep what every machine did in the first seed, for a picture. */
  readonly picture?: boolean;
  /** Processes to share the seeds, for the pipeline alone. Default 1: all in this one. */
  readonly processes?: number;
  /** Told after each batch. */
  readonly onRun?: (run: ArmRun, progress: { readonly done: number; readonly total: number; readonly protocol: Protocol }) => void;
}

/** Arms that are shown as a picture. */
const pictured: readonly ArmId[] = [headlinePair.naive, headlinePair.durable];

/**
 * Runs every arm on the schedule of every seed, in simulated time: what it measures, without a verdict. What executes the jobs is
 * the real engine. The same options give the same result, but for `measured`.
 *
 * @throws {DurableFlowError} `DF_INVALID_INPUT` for numbers that are none, `DF_COLONY_JOB` for a class that cannot be the job of a batch.
 * @example
 * ```ts
 * import { pipelineWorkload, runSim } from 'durableflow/colony';
 *
 * const { arms, faultFree } = await runSim({
 *   workload: { ...pipelineWorkload, jobs: 2 },
 *   slots: 2,
 *   losses: 'hostile',
 *   seeds: [7],
 *   arms: ['scratch', 'durable'],
 * });
 * console.log(arms.map(({ effects }) => effects.duplicates > 0)); // [ true, false ]
 * console.log((100 * faultFree.overhead).toFixed(1)); // 0.2
 * ```
 */
export async function runSim({
  job = pipelineJob,
  workload = pipelineWorkload,
  losses,
  seeds,
  ...options
}: SimOptions): Promise<ColonyResult> {
  const startedAt = new Date();
  const usual = protocolOf(workload, options);
  if (seeds.length === 0) throw new DurableFlowError('DF_INVALID_INPUT', 'seeds must name at least one seed; every one is a batch');
  const schedules = seeds.map((seed) => scheduleFor(losses, seed, usual));
  // Of the time after the end of a trace nothing is known.
  const protocol = { ...usual, horizon: Math.min(usual.horizon, ...schedules.slice(0, 1).map(({ horizon }) => horizon)) };
  const ideal = await faultFree(job, protocol);
  const arms = (options.arms ?? allArms.map(({ id }) => id)).map(armOf);
  const tallies = new Map(arms.map(({ id }) => [id, new ArmTally(id, workload.jobs, idealSpan(workload, protocol.slots))]));
  const picture: NonNullable<ColonyResult['picture']>[number][] = [];
  const processes = job.class === pipelineJob.class && (options.processes ?? 1) > 1 ? new SimProcesses(options.processes!) : undefined;
  let done = 0;
  const batches = seeds.map((seed, index) => () => {
    const simulations = arms.map((arm) => ({
      ...{ protocol, arm, seed, schedule: schedules[index]! },
      picture: options.picture === true && index === 0 && pictured.includes(arm.id),
    }));
    return processes ? processes.run(simulations) : inTurn(simulations.map((simulation) => () => simulate({ ...simulation, job })));
  });
  try {
    // In the order of the seeds, whoever is done first: sums of fractions depend on their order.
    for await (const runs of ordered(batches, processes ? processes.size * 2 : 1)) {
      for (const run of runs) {
        tallies.get(run.arm)!.add(run);
        if (run.leases) picture.push({ arm: run.arm, spanSeconds: run.span / 1e6, leases: run.leases });
        options.onRun?.(run, { done: ++done, total: seeds.length * arms.length, protocol });
      }
      for (const { arm, ...violation } of compareArms(runs, ideal.digests)) tallies.get(arm)!.note(runs[0]!.seed, [violation]);
    }
  } finally {
    processes?.close();
  }
  const isTrace = typeof losses === 'object' && 'scheduleOf' in losses;
  return assembleResult({
    job: job.class.name,
    mode: isTrace ? 'replay' : 'sim',
    profile: isTrace ? losses.name : profileOf(losses).name,
    lossesPerJob: isTrace ? measuredLosses(schedules, protocol) : profileOf(losses).lossesPerJob,
    protocol,
    compression: isTrace ? (losses.compression ?? 1) : 1,
    schedules,
    seeds,
    tallies,
    faultFree: ideal,
    outputDigest: ideal.outputDigest,
    ...(picture.length > 0 && { picture }),
    startedAt,
  });
}

const scheduleFor = (losses: SimOptions['losses'], seed: number, protocol: Protocol): LossSchedule =>
  typeof losses === 'object' && 'scheduleOf' in losses
    ? losses.scheduleOf(seed, protocol)
    : profileSchedule({ profile: losses, seed, ...protocol });

/** How often a slot lost its machine in the length of a job, on average. */
function measuredLosses(schedules: readonly LossSchedule[], { workload }: Protocol): number {
  const destroyed = schedules.reduce((sum, { events }) => sum + events.filter(({ kind }) => kind === 'destroy').length, 0);
  const time = schedules.reduce((sum, { slots, horizon }) => sum + slots * horizon, 0);
  return time === 0 ? 0 : (destroyed * lengthOf(workload)) / time;
}

async function inTurn<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const task of tasks) results.push(await task());
  return results;
}

/** The results of tasks in their order, with so many under way at a time. */
async function* ordered<T>(tasks: readonly (() => Promise<T>)[], ahead: number): AsyncGenerator<T> {
  const underWay: Promise<T>[] = [];
  for (const task of tasks) {
    const begun = task();
    // Whoever fails is heard in its turn.
    begun.catch(() => {});
    underWay.push(begun);
    if (underWay.length >= ahead) yield await underWay.shift()!;
  }
  for (const begun of underWay) yield await begun;
}
