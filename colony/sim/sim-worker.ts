import { parentPort } from 'node:worker_threads';
import { pipelineJob, type ColonyJob } from '../job/colony-job.js';
import type { ArmRun } from '../measures/arm-run.js';
import { simulate, type Simulation } from './simulate.js';

/** The batches of one seed. */
export type WorkerTask = readonly Omit<Simulation, 'job' | 'wrapStore'>[];

export type WorkerAnswer = { readonly runs: readonly ArmRun[] } | { readonly failure: unknown };

parentPort?.on('message', (task: WorkerTask) => {
  void answer(task).then((it) => parentPort!.postMessage(it));
});

async function answer(task: WorkerTask): Promise<WorkerAnswer> {
  try {
    const runs: ArmRun[] = [];
    for (const simulation of task) runs.push(await simulate({ ...simulation, job: pipelineJob as unknown as ColonyJob }));
    return { runs };
  } catch (failure) {
    return { failure };
  }
}
