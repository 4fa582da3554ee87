import { pipelineReference, type ModuleReference } from '../../../colony/job/job-reference.js';
import type { Protocol } from '../../../colony/protocol.js';
import { MemorySink } from '../../../colony/sim/memory-sink.js';
import { pipelineJob, pipelineWorkload, type ColonyJob } from '../../../colony/job/colony-job.js';
import { batchFiles, type BatchSpec } from '../../../colony/real/batch-spec.js';
import { writeProcessCode } from '../../../colony/real/process-code.js';
import { superviseBatch, type Supervision } from '../../../colony/real/supervise-batch.js';
import type { BatchOutcome } from '../../../colony/real/real-batch.js';
import { lossSchedule, type LossEvent } from '../../../colony/schedule/loss-schedule.js';
import { ControllerLog } from '../../../colony/real/controller-log.js';
import { digest, encode } from '../../../sdk/journal/index.js';
import { isAlive } from '../../../colony/real/end-process.js';
import { micros } from '../../../colony/time.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

/** Stages of the pipeline; each has one effect. */
export const stagesOfAJob = pipelineWorkload.stages.reduce((sum, { calls = 1 }) => sum + calls, 0);

const smallProtocol: Protocol = {
  workload: { ...pipelineWorkload, prepareSeconds: 0.1, stages: pipelineWorkload.stages.map((stage) => ({ ...stage, seconds: 0.1 })) },
  slots: 2,
  retries: 3,
  delays: { detect: micros(0.6), provision: micros(1), restore: 0, checkpoint: 0 },
  prices: { spot: 1, onDemand: 3 },
  horizon: micros(45),
  budgetUsd: 1,
};

export interface SmallBatch extends Partial<Omit<BatchSpec, 'schedule' | 'protocol'>> {
  readonly events?: readonly LossEvent[];
  readonly wrapStore?: ModuleReference;
  readonly job?: ModuleReference;
  readonly supervision?: Partial<Supervision>;
  readonly folder?: string;
  readonly jobs?: number;
  readonly slots?: number;
  readonly horizonSeconds?: number;
  /** A machine that is silent for so long is taken for lost. */
  readonly silenceSeconds?: number;
}

/** Runs one small batch on real processes, in a folder that is gone after the test. */
export async function smallBatch(options: SmallBatch = {}): Promise<BatchOutcome> {
  const {
    events = [],
    wrapStore,
    job = pipelineReference,
    supervision,
    folder = tempFolder(),
    jobs = 1,
    slots = 1,
    horizonSeconds = 50,
    silenceSeconds = 0.6,
    ...spec
  } = options;
  const { machine, controller } = await writeProcessCode(folder, { job, wrapStore });
  const workload = { ...smallProtocol.workload, jobs };
  const delays = { ...smallProtocol.delays, detect: micros(silenceSeconds) };
  const protocol = { ...smallProtocol, workload, slots, delays, horizon: micros(horizonSeconds) };
  return superviseBatch({
    folder,
    controller,
    spec: {
      ...{ arm: 'durable', seed: 1, protocol, namedPoints: false, picture: true, reaper: true, machine },
      schedule: lossSchedule({ source: 'by hand', slots: protocol.slots, horizon: protocol.horizon, events }),
      ...spec,
    },
    ...supervision,
  });
}

/** What a batch of so many jobs comes to if nothing happens to it: each job executed as an ordinary class. */
export async function digestsWithoutLoss(jobs: number, { make, input }: ColonyJob = pipelineJob): Promise<string[]> {
  return Promise.all(
    Array.from({ length: jobs }, async (_, index) => {
      const instance = (await make({ sink: new MemorySink() })) as { run(input: unknown): Promise<unknown> };
      return digest(encode(await instance.run(input(`job-${index + 1}`, index)), 'the output'));
    }),
  );
}

/** Every moment that was paid for is accounted for, to the microsecond. */
export const unaccounted = ({ run: { billed, leased } }: BatchOutcome) =>
  leased - Object.values(billed).reduce((sum: number, span: number) => sum + span, 0);

/** The processes of a batch that are alive. */
export const livingMachines = (folder: string) =>
  ControllerLog.read(batchFiles(folder).log).filter((entry) => entry.is === 'started' && isAlive(entry.process));
