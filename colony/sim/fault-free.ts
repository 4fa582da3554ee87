import { armOf } from '../arm.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import type { ColonyJob } from '../job/colony-job.js';
import type { ArmRun } from '../measures/arm-run.js';
import { hashOfAll } from '../measures/assemble-result.js';
import type { Protocol } from '../protocol.js';
import { lossSchedule } from '../schedule/loss-schedule.js';
import { seconds, type Micros } from '../time.js';
import { lengthOf, type Workload } from '../workload.js';
import { simulate } from './simulate.js';

/** What a batch comes to if nothing is lost: what all others are compared with. */
export interface FaultFree {
  readonly naive: Micros;
  readonly durable: Micros;
  /** By job: the digest of its result. */
  readonly digests: ReadonlyMap<string, string>;
  readonly outputDigest: string;
}

/**
 * Throws `DF_COLONY_JOB` if the class does not complete, does not give the same results with the engine and without it, or does not
 * do the stages that the workload says, one after the other.
 */
export async function faultFree(job: ColonyJob, protocol: Protocol): Promise<FaultFree> {
  const schedule = lossSchedule({ source: 'no losses', slots: protocol.slots, horizon: protocol.horizon, events: [] });
  const calls = new Map<string, number>();
  const onStage = (method: string) => calls.set(method, (calls.get(method) ?? 0) + 1);
  const naive = await simulate({ job, protocol, arm: armOf('scratch'), schedule, seed: 0, onStage });
  const durable = await simulate({ job, protocol, arm: armOf('durable'), schedule, seed: 0 });
  const expected = protocol.workload.jobs * lengthOf(protocol.workload);
  const results = faultFreeOf(job, naive, durable);
  const wrong = wrongCalls(protocol.workload, calls);
  if (wrong.length > 0) {
    throw new DurableFlowError(
      'DF_COLONY_JOB',
      `${job.class.name} does not do what the workload says: ${wrong.join('; ')}. Name each decorated method with its seconds and how often a job calls it`,
    );
  }
  if (naive.billed.useful !== expected) {
    throw new DurableFlowError(
      'DF_COLONY_JOB',
      `the stages of ${protocol.workload.jobs} jobs of ${job.class.name} are ${seconds(expected)} s of work by the workload, but took ${seconds(naive.billed.useful)} s: stages must follow each other, so make those that go on at the same time one stage`,
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
        ? 'it does not complete within the time of the batch; give the batch more time by a greater horizonFactor or a longer trace, or fewer jobs'
        : digest === plain.digest
          ? undefined
          : 'its result differs from that of the plain class, so results cannot be compared: it must depend on the input alone');
    if (problem !== undefined) throw new DurableFlowError('DF_COLONY_JOB', `${job.class.name}, ${id}, without any loss: ${problem}`);
    digests.set(id, digest!);
  }
  return { digests, outputDigest: hashOfAll([...digests.values()]) };
}

/** The methods that jobs called more or less often than they should, with both numbers. */
function wrongCalls({ jobs, stages }: Workload, made: ReadonlyMap<string, number>): string[] {
  const said = new Map(stages.map(({ method, calls = 1 }) => [method, calls]));
  return [...new Set([...said.keys(), ...made.keys()])].flatMap((method) => {
    const [wanted, found] = [said.get(method), (made.get(method) ?? 0) / jobs];
    if (wanted === found) return [];
    return [`${method} was called ${times(found)} by a job${wanted === undefined ? ' and is not in it' : `, not ${times(wanted)}`}`];
  });
}

const times = (count: number) => (count === 1 ? 'once' : `${Number(count.toFixed(2))} times`);
