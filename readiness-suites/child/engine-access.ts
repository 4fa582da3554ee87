import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import type { DurableFlow } from '../../sdk/durable-flow.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { ChildMessage, Job } from './job.js';

/** How a process of a trial takes part in its engine's work. */
export interface EngineAccess {
  /** What its flow is opened on. */
  readonly store: Store;
  /** Somebody's decision may take so long until it is seen by this process, in milliseconds. */
  readonly newsTakeMs: number;
  /** What this process reads of the run is as it is now. */
  look(): Promise<unknown>;
  /** The class under the name that it has in this trial. */
  named(agent: WorkflowClass): WorkflowClass;
  /** From now on it is given work; the class is registered. */
  work(flow: DurableFlow): Promise<void>;
  /** It is given no more. */
  rest(): Promise<void>;
}

/** @param watched what is put between the engine and where it writes */
export async function engineAccess(
  { engine, runId }: Pick<Job, 'engine' | 'runId'>,
  watched: (store: Store) => Store,
  tell: (message: ChildMessage) => Promise<void>,
): Promise<EngineAccess> {
  if (engine.kind === 'restate') return (await import('./restate-access.js')).restateAccess({ ...engine, runId }, watched, tell);
  return {
    store: watched(new SqliteStore(engine.file)),
    newsTakeMs: 250,
    // Whoever reads the file sees what is.
    look: async () => {},
    named: (agent) => agent,
    // A flow on a file looks for work itself.
    async work() {},
    async rest() {},
  };
}
