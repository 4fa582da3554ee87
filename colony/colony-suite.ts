import type { InputOf, WorkflowClass } from '../sdk/definition/workflow-definition.js';
import type { BenchmarkOptions } from './benchmark.js';
import type { MachineKit } from './job/colony-job.js';
import type { ProtocolOptions } from './protocol.js';
import type { LossProfile, ProfileName } from './schedule/profiles.js';
import type { Thresholds } from './verdict/thresholds.js';

/** How long a stage takes in simulated time: seconds, or seconds of a call and how often a job calls it. */
export type StageTime = number | { readonly seconds: number; readonly calls: number };

/** What `describe.readiness.colony` needs to know of a class. */
export interface ColonyOptions<C extends WorkflowClass> extends ProtocolOptions {
  /** Makes an instance on a machine: called again on each machine that takes the job up. */
  readonly job: (kit: MachineKit) => InstanceType<C> | Promise<InstanceType<C>>;
  /** The input of one job; `id` is `job-1` and so on, `index` counts from 0. */
  readonly input: (id: string, index: number) => InputOf<C>;
  /** Each decorated method that a job calls. Its body is really executed; this is how long that takes in simulated time. */
  readonly stages: { readonly [Method in keyof InstanceType<C> & string]?: StageTime };
  /** What each machine has to do again before it can go on with a job, in seconds. Default 0. */
  readonly prepareSeconds?: number;
  /** Default 20. */
  readonly jobs?: number;
  /** Default `'moderate'`. */
  readonly profile?: ProfileName | LossProfile;
  /** How many batches. Default 20. */
  readonly seeds?: number;
  /** The first seed; the others follow. Default 1. */
  readonly seed?: number;
  readonly thresholds?: Partial<Thresholds>;
}

/** The benchmark of a class of one's own. */
export function colonySuite<C extends WorkflowClass>(agent: C, options: ColonyOptions<C>): BenchmarkOptions {
  const { job, input, stages, prepareSeconds = 0, jobs = 20, profile = 'moderate', seeds = 20, seed = 1, ...rest } = options;
  return {
    ...rest,
    job: { class: agent, make: job, input },
    workload: {
      jobs,
      prepareSeconds,
      stages: Object.entries<StageTime | undefined>(stages).flatMap(([method, time]) =>
        time === undefined ? [] : [{ method, ...(typeof time === 'number' ? { seconds: time } : time) }],
      ),
    },
    losses: profile,
    seeds: Array.from({ length: seeds }, (_, index) => seed + index),
    arms: ['scratch', 'durable', 'on_demand'],
  };
}
