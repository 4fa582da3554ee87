import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import type { RunView } from '../../sdk/flow/run-view.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';

/** Executes the jobs of a machine durably, one after the other. */
export interface JobEngine {
  /** Begins a job, or goes on with it; resolves when there is nothing more to do here. */
  settle(job: string, input: unknown): Promise<RunView>;
  /** Gives everything back; what is under way is cut off. */
  close(): Promise<void>;
}

/** What an engine needs of the machine that it is on. */
export interface JobEngineHost {
  readonly staged: WorkflowClass;
  /** Makes an instance; called for every run that is taken up. */
  readonly make: () => Promise<object>;
  readonly telemetry: (event: TelemetryEvent) => void;
}

/** Makes the engine of a machine when it has its first job. */
export type JobEngineFactory = (host: JobEngineHost) => JobEngine;
