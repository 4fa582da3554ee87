import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModule } from '../../sdk/cli/load-module.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { loadSdk } from '../../sdk/restate/load-sdk.js';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { armOf, headlinePair, type ArmId } from '../arm.js';
import { compareArms } from '../invariants/check-invariants.js';
import { pipelineJob, pipelineWorkload, type ColonyJob } from '../job/colony-job.js';
import { pipelineReference, type ModuleReference } from '../job/job-reference.js';
import type { ArmRun } from '../measures/arm-run.js';
import { ArmTally } from '../measures/arm-tally.js';
import { assembleResult } from '../measures/assemble-result.js';
import type { ColonyResult } from '../measures/colony-result.js';
import { protocolOf, type Protocol, type ProtocolOptions } from '../protocol.js';
import { lossSchedule, type LossSchedule } from '../schedule/loss-schedule.js';
import { profileOf, profileSchedule, type LossProfile, type ProfileName } from '../schedule/profiles.js';
import { faultFreeOf } from '../sim/fault-free.js';
import { idealSpan, type Workload } from '../workload.js';
import { serverHeaders } from './batch-spec.js';
import { ProcessTally } from './process-tally.js';
import { writeProcessCode } from './process-code.js';
import type { BatchProgress } from './real-batch.js';
import { superviseBatch } from './supervise-batch.js';

export interface RealOptions extends Omit<ProtocolOptions, 'delaySeconds'> {
  /** Where a `ColonyJob` is exported; its module may be TypeScript. Default: the pipeline of the benchmark. */
  readonly job?: ModuleReference;
  /** With the seconds that its stages are to take. Default: twelve jobs of the pipeline. */
  readonly workload?: Workload;
  /** How much faster than the workload says its time goes. Default 330 for the pipeline, where a job then takes 5 s, and 1 for any other. */
  readonly compression?: number;
  /** Default `moderate`. */
  readonly losses?: ProfileName | LossProfile;
  /** Default 1 and 2. */
  readonly seeds?: readonly number[];
  /** Default: from scratch and durable, both without limit. */
  readonly arms?: readonly ArmId[];
  /** A machine that is silent for so long is taken for lost; the end of a process is noticed at once. Default 0.5. */
  readonly silenceSeconds?: number;
  /** Half of the machines that are destroyed die at the most delicate places of a stage. Default true. */
  readonly namedPoints?: boolean;
  /** In the first seed's durable batch the controller is killed when so many entries are in its log. Default: never. */
  readonly controllerKills?: readonly number[];
  /**
   * A Restate server on which durable machines are workers, in place of one file for all of them. It must reach the loopback addresses
   * of this machine, so it has to be one for tests; nothing of the batches is left on it. A token is in DURABLEFLOW_RESTATE_TOKEN.
   */
  readonly engine?: { readonly ingress: string; readonly admin: string } | undefined;
  /** Keep what every machine did in the first seed, for a picture. */
  readonly picture?: boolean;
  /** An existing folder in which the files of the batches are kept, in a folder of this run's own. Default: they are gone afterwards. */
  readonly folder?: string;
  /** Told after each batch. */
  readonly onRun?: (run: ArmRun, progress: { readonly done: number; readonly total: number; readonly protocol: Protocol }) => void;
  /** Told of everything that happens in a batch. */
  readonly onProgress?: (batch: { readonly arm: ArmId; readonly seed: number }, progress: BatchProgress) => void;
  /** Ends the batch that is under way, with all its machines. */
  readonly signal?: AbortSignal;
}

const usual = { jobs: 12, slots: 6, compression: 330, silenceSeconds: 0.5, horizonFactor: 6, losses: 'moderate' as const };
/** What it takes to start a process is measured; this is what is set aside of the budget for it, in seconds. */
const expectedProvision = 2;

/**
 * Runs every arm on the schedule of every seed with real processes, one batch after the other: machines are killed with SIGKILL and
 * stopped with SIGSTOP, and all durable ones share one SQLite file. What it takes to start a machine, to notice its loss, to take a
 * job up and to put a stage on record is not stated but measured.
 *
 * With `engine`, durable machines are workers of a Restate server: each job is a service of its own, behind an address that leads to
 * the machine that has the job.
 *
 * Throws `DF_RESTATE_UNREACHABLE` without that server, `DF_PEER_MISSING` without its SDK, `DF_COLONY_PROCESS` if a process cannot be started or the batch is stopped, and `DF_COLONY_JOB` for a class that cannot be
 * the job of a batch. No process is left in any case.
 */
export async function runReal({
  job: reference = pipelineReference,
  losses = usual.losses,
  ...options
}: RealOptions = {}): Promise<ColonyResult> {
  const startedAt = new Date();
  const { seeds = [1, 2], arms = [headlinePair.naive, headlinePair.durable], namedPoints = true, controllerKills } = options;
  const job = await jobOf(reference);
  const compression = options.compression ?? (reference === pipelineReference ? usual.compression : 1);
  const workload = compressed(options.workload ?? { ...pipelineWorkload, jobs: usual.jobs }, compression);
  const protocol = protocolOf(workload, {
    ...{ slots: usual.slots, horizonFactor: usual.horizonFactor },
    ...options,
    delaySeconds: { detect: options.silenceSeconds ?? usual.silenceSeconds, provision: expectedProvision, restore: 0, checkpoint: 0 },
  });
  if (options.engine) await assertServer(options.engine);
  const root = await mkdtemp(join(options.folder ?? tmpdir(), 'durableflow-colony-'));
  try {
    const code = await writeProcessCode(root, { job: reference });
    const processes = new ProcessTally();
    const batch = async (arm: ArmId, seed: number, schedule: LossSchedule, isFirst: boolean): Promise<ArmRun> => {
      const outcome = await superviseBatch({
        folder: join(root, `${schedule.events.length === 0 ? 'fault-free' : `seed-${seed}`}-${arm}`),
        controller: code.controller,
        spec: {
          ...{ arm, seed, protocol, schedule, namedPoints, reaper: true, machine: code.machine },
          ...(options.engine &&
            armOf(arm).durable && { server: { ...options.engine, suffix: `-colony-${randomBytes(6).toString('hex')}` } }),
          picture: options.picture === true && isFirst,
        },
        controllerKills: isFirst && armOf(arm).durable ? controllerKills : undefined,
        signal: options.signal,
        onProgress: (progress) => options.onProgress?.({ arm, seed }, progress),
      });
      if (schedule.events.length > 0) processes.add(arm, outcome);
      return outcome.run;
    };
    const calm = lossSchedule({ source: 'no losses', slots: protocol.slots, horizon: protocol.horizon, events: [] });
    const [plain, durable] = [await batch('scratch', 0, calm, false), await batch('durable', 0, calm, false)];
    const { digests, outputDigest } = faultFreeOf(job, plain, durable);
    const tallies = new Map(arms.map((arm) => [arm, new ArmTally(arm, workload.jobs, idealSpan(workload, protocol.slots))]));
    const picture: NonNullable<ColonyResult['picture']>[number][] = [];
    const schedules = seeds.map((seed) => profileSchedule({ profile: losses, seed, ...protocol }));
    let done = 0;
    for (const [index, seed] of seeds.entries()) {
      const runs: ArmRun[] = [];
      for (const arm of arms) {
        const run = await batch(arm, seed, schedules[index]!, index === 0);
        runs.push(run);
        tallies.get(arm)!.add(run);
        if (run.leases) picture.push({ arm, spanSeconds: run.span / 1e6, leases: run.leases });
        options.onRun?.(run, { done: ++done, total: seeds.length * arms.length, protocol });
      }
      for (const { arm, ...violation } of compareArms(runs, digests)) tallies.get(arm)!.note(seed, [violation]);
    }
    const { name, lossesPerJob } = profileOf(losses);
    return assembleResult({
      ...{ job: job.class.name, mode: 'real', profile: name, lossesPerJob, protocol, compression, schedules, seeds, tallies, outputDigest },
      faultFree: { naive: inUse(plain, protocol), durable: inUse(durable, protocol) },
      processes: processes.figures,
      ...(options.engine && { engine: 'Restate' as const }),
      ...(picture.length > 0 && { picture }),
      startedAt,
    });
  } finally {
    if (options.folder === undefined) await rm(root, { recursive: true, force: true });
  }
}

async function assertServer({ ingress, admin }: { readonly ingress: string; readonly admin: string }): Promise<void> {
  const store = await restateStore({ ingress, admin, headers: serverHeaders(), follow: false });
  await store.close();
  await loadSdk();
}

/** How long the machines of a batch were in use, on average: how long it took to start them says nothing about records. */
const inUse = ({ leased, billed }: ArmRun, { slots }: Protocol) => Math.round((leased - billed.provision) / slots);

function compressed({ jobs, prepareSeconds, stages }: Workload, compression: number): Workload {
  if (!(compression > 0 && Number.isFinite(compression)))
    throw new DurableFlowError('DF_INVALID_INPUT', `compression must be a number above 0, not ${compression}`);
  return {
    jobs,
    prepareSeconds: prepareSeconds / compression,
    stages: stages.map((stage) => ({ ...stage, seconds: stage.seconds / compression })),
  };
}

async function jobOf(reference: ModuleReference): Promise<ColonyJob> {
  if (reference === pipelineReference) return pipelineJob;
  const exports = (await loadModule(fileURLToPath(reference.module))) as Readonly<Record<string, unknown>>;
  const job = exports[reference.export] as Partial<ColonyJob> | undefined;
  if (typeof job?.class === 'function' && typeof job.make === 'function' && typeof job.input === 'function') return job as ColonyJob;
  throw new DurableFlowError(
    'DF_INVALID_INPUT',
    `${reference.module} exports no "${reference.export}" that is a job: an object with class, make and input`,
  );
}
