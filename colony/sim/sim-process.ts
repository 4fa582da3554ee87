import { pipelineJob } from '../job/colony-job.js';
import type { ArmRun } from '../measures/arm-run.js';
import { simulate, type Simulation } from './simulate.js';

/** The batches of one seed. */
export type SimTask = readonly Omit<Simulation, 'job' | 'wrapStore' | 'onStage'>[];

export type SimAnswer =
  { readonly runs: readonly ArmRun[]; readonly failure?: undefined } | { readonly runs?: undefined; readonly failure: string };

process.on('message', (task: SimTask) => {
  void answer(task).then((it) => process.send!(it));
});

async function answer(task: SimTask): Promise<SimAnswer> {
  try {
    const runs: ArmRun[] = [];
    for (const simulation of task) runs.push(await simulate({ ...simulation, job: pipelineJob }));
    return { runs };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
