import { armOf } from '../arm.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import type { ColonyJob } from '../job/colony-job.js';
import type { ArmRun } from '../measures/arm-run.js';
import { hashOfAll } from '../measures/assemble-result.js';
import type { Protocol } from '../protocol.js';
import { lossSchedule } from '../schedule/loss-schedule.js';
import { seconds, type Micros } from '../time.js';
import { lengthOf } from '../workload.js';
import { simulate } from './simulate.js';

/** What a batch comes to if nothing is lost: what all others are compared with. */
export interface FaultFree {
  readonly naive: Micros;
  readonly durable: Micros;
  /** By job: the digest of its result. */
  readonly digests: ReadonlyMap<string, string>;
  readonly outputDigest: string;
}

/** Throws `DF_COLONY_JOB` if the class does not complete, or does not give the same results with the engine and without it. */
export async function faultFree(job: ColonyJob, protocol: Protocol): Promise<FaultFree> {
  const schedule = lossSchedule({ source: 'no losses', slots: protocol.slots, horizon: protocol.horizon, events: [] });
  const naive = await simulate({ job, protocol, arm: armOf('scratch'), schedule, seed: 0 });
  const durable = await simulate({ job, protocol, arm: armOf('durable'), schedule, seed: 0 });
  const expected = protocol.workload.jobs * lengthOf(protocol.workload);
  const results = faultFreeOf(job, naive, durable);
  if (naive.billed.useful !== expected) {
    throw new DurableFlowError(
      'DF_COLONY_JOB',
      `the workload says that ${protocol.workload.jobs} jobs are ${seconds(expected)} s of work, but ${job.class.name} did ${seconds(naive.billed.useful)} s; name each decorated method with its seconds and its calls`,
    );
  }
  return { naive: naive.span, durable: durable.span, ...results };
}

/** What both arms came to without losses. Throws `DF_COLONY_JOB` unless all jobs completed, with the same results. */
export function faultFreeOf(
  job: ColonyJob,
  naive: Pick<ArmRun, 'jobs'>,
  durable: Pick<ArmRun, 'jobs'>,
): Pick<FaultFree, 'digests' | 'outputDigest'> {
  const digests = new Map<string, string>();
  for (const [index, { id, digest, failure }] of durable.jobs.entries()) {
    const plain = naive.jobs[index]!;
    const problem =
      failure ??
      plain.failure ??
      (digest === undefined
        ? 'it does not complete within the time of the batch'
        : digest === plain.digest
          ? undefined
          : 'its result differs from that of the plain class, so results cannot be compared: it must depend on the input alone');
    if (problem !== undefined) throw new DurableFlowError('DF_COLONY_JOB', `${job.class.name}, ${id}, without any loss: ${problem}`);
    digests.set(id, digest!);
  }
  return { digests, outputDigest: hashOfAll([...digests.values()]) };
}
