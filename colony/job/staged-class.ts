import { replaceBody } from '../../sdk/decorators/replace-body.js';
import { setWorkflowMetadata, workflowMetadata } from '../../sdk/definition/method-metadata.js';
import { defineWorkflowFrom, type WorkflowClass } from '../../sdk/definition/workflow-definition.js';

/** The machine that an instance lives on, as far as its methods' bodies meet it. */
export interface StageHost {
  /** Executes the body of a decorated method as a stage: it may take its time, and may never come back. */
  stage(method: string, body: () => unknown): Promise<unknown>;
}

const hostKey = Symbol('the machine of this job');
const stagedClasses = new WeakMap<WorkflowClass, WorkflowClass>();

/** The same class, under the same name and with the same decorators, whose bodies go through the machine that its instance lives on. */
export function stagedClass(job: WorkflowClass): WorkflowClass {
  const known = stagedClasses.get(job);
  if (known) return known;
  const { methods } = defineWorkflowFrom(job);
  const Staged = class extends job {};
  Object.defineProperty(Staged, 'name', { value: job.name });
  setWorkflowMetadata(Staged, workflowMetadata(job)!);
  for (const { key } of methods.values()) {
    replaceBody(
      Staged.prototype,
      key,
      (original) =>
        function staged(this: unknown, ...args) {
          const host = (this as Record<typeof hostKey, StageHost>)[hostKey];
          return host.stage(key, () => original.apply(this, args as unknown[]));
        },
    );
  }
  stagedClasses.set(job, Staged);
  return Staged;
}

/** Makes an instance of a job's class one that lives on a machine. */
export function placeOn<T extends object>(instance: T, staged: WorkflowClass, host: StageHost): T {
  Object.defineProperty(instance, hostKey, { value: host });
  return Object.setPrototypeOf(instance, staged.prototype as object) as T;
}
