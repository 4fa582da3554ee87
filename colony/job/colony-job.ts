import type { InputOf, WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import type { Workload } from '../workload.js';
import type { ArtifactSink } from './artifact-sink.js';
import { PipelineJob } from './pipeline-job.js';

/** What a job gets from the machine that it is made on. */
export interface MachineKit {
  /** A sink outside of the machines, which counts what it gets. */
  readonly sink: ArtifactSink;
}

/** A class as the job of a batch. */
export interface ColonyJob<C extends WorkflowClass = WorkflowClass> {
  readonly class: C;
  /** Makes an instance on a machine: called again on each machine that takes the job up. */
  readonly make: (kit: MachineKit) => InstanceType<C> | Promise<InstanceType<C>>;
  /** The input of one job. `id` is `job-1` and so on, `index` counts from 0. */
  readonly input: (id: string, index: number) => InputOf<C>;
}

/** The job of the benchmark. */
export const pipelineJob: ColonyJob<typeof PipelineJob> = {
  class: PipelineJob,
  make: ({ sink }) => new PipelineJob(sink),
  input: (job) => ({ job }),
};

/**
 * The job takes 28 minutes, which is long against the loss of a machine and its replacement. What a machine must do for itself, such
 * as reading a model into its memory, takes one of them; no other stage is longer than four.
 */
export const pipelineWorkload: Workload = {
  jobs: 20,
  prepareSeconds: 60,
  stages: [
    { method: 'loadData', seconds: 210, calls: 2 },
    { method: 'inferShard', seconds: 195, calls: 4 },
    { method: 'writeMetrics', seconds: 240 },
    { method: 'uploadArtifact', seconds: 180 },
  ],
};
