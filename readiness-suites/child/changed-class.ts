import { step } from '../../sdk/decorators/step.js';
import { replaceBody } from '../../sdk/decorators/replace-body.js';
import { setWorkflowMetadata, workflowMetadata } from '../../sdk/definition/method-metadata.js';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';

/** What a new release has changed about a class while a run of it was under way. */
export type CodeChange =
  /** `run()` begins with a step that was not there. */
  | { readonly kind: 'step_added' }
  /** The body of a method is another one. */
  | { readonly kind: 'method_changed'; readonly method: string }
  | { readonly kind: 'version_bumped' };

/** The step that `step_added` adds. */
export const addedKey = 'stepOfTheNewRelease';

/** The class as the new release has it: under the same name, as far as the change is not one of the version. */
export function changedClass(agent: WorkflowClass, change: CodeChange): WorkflowClass {
  const Changed = class extends agent {};
  Object.defineProperty(Changed, 'name', { value: agent.name });
  const { name, version, deadline } = workflowMetadata(agent)!;
  setWorkflowMetadata(Changed, { name, version: change.kind === 'version_bumped' ? `${version}-next` : version, deadline });
  if (change.kind === 'step_added') addStep(Changed.prototype, agent.prototype as Runs);
  if (change.kind === 'method_changed') changeMethod(Changed.prototype, change.method);
  return Changed;
}

/** An instance that was made as one of the old class. */
export function asInstanceOf<T extends object>(instance: T, changed: WorkflowClass): T {
  return Object.setPrototypeOf(instance, changed.prototype as object) as T;
}

interface Runs {
  run(input: unknown): Promise<unknown>;
}

function addStep(prototype: object, old: Runs): void {
  const descriptor: { value: (...args: unknown[]) => Promise<unknown> } = { value: async () => 'done' };
  step<unknown[]>()(prototype, addedKey, descriptor);
  Object.defineProperty(prototype, addedKey, { ...descriptor, writable: true, configurable: true });
  const run = async function (this: Record<typeof addedKey, () => Promise<unknown>>, input: unknown) {
    await this[addedKey]();
    return old.run.call(this, input);
  };
  Object.defineProperty(prototype, 'run', { value: run, writable: true, configurable: true });
}

function changeMethod(prototype: object, key: string): void {
  replaceBody(
    prototype,
    key,
    (original) =>
      function bodyOfTheNewRelease(...args) {
        return original.apply(this, args as unknown[]);
      },
  );
}
