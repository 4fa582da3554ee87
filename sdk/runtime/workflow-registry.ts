import type { WorkflowClass, WorkflowDefinition } from '../definition/workflow-definition.js';
import { DurableFlowError } from '../errors/index.js';
import type { QueueRecord } from '../store/index.js';
import type { WorkflowInstance } from './execution.js';

/** Makes the instance that a run is executed on. */
export type WorkflowFactory = () => WorkflowInstance | Promise<WorkflowInstance>;

/** A queue that the runs of a workflow go through, and how a run's key is found in its input. */
export interface WorkflowQueue extends QueueRecord {
  readonly key: ((input: never) => string) | undefined;
}

/** A class that this process can execute. */
export interface Registration {
  readonly definition: WorkflowDefinition;
  readonly factory: WorkflowFactory;
  readonly queue: WorkflowQueue | undefined;
  /** False after the factory has thrown, until somebody resumes a run. */
  available: boolean;
}

/** The classes that this process can execute, by class and by name and version. */
export class WorkflowRegistry {
  readonly #byKey = new Map<string, Registration>();
  readonly #byClass = new Map<WorkflowClass, Registration>();

  add(registration: Registration): void {
    const { definition } = registration;
    const key = keyOf(definition.name, definition.version);
    const known = this.#byKey.get(key);
    if (known && known.definition.constructor !== definition.constructor) {
      const names = `${definition.constructor.name} and ${known.definition.constructor.name}`;
      throw new DurableFlowError(
        'DF_DUPLICATE_WORKFLOW',
        `${names} are both workflow "${definition.name}" version "${definition.version}"`,
      );
    }
    this.#byKey.set(key, registration);
    this.#byClass.set(definition.constructor, registration);
  }

  /** Throws `DF_UNKNOWN_WORKFLOW`. */
  ofClass(workflow: WorkflowClass): Registration {
    const found = this.#byClass.get(workflow);
    if (found) return found;
    throw new DurableFlowError('DF_UNKNOWN_WORKFLOW', `${workflow?.name || 'this class'} is not registered`);
  }

  /** Throws `DF_UNKNOWN_WORKFLOW`. */
  named(workflow: string, version: string): Registration {
    const found = this.find(workflow, version);
    if (found) return found;
    throw new DurableFlowError('DF_UNKNOWN_WORKFLOW', `workflow "${workflow}" version "${version}" is not registered here`);
  }

  find(workflow: string, version: string): Registration | undefined {
    return this.#byKey.get(keyOf(workflow, version));
  }

  /** All that are registered. */
  all(): Registration[] {
    return [...this.#byKey.values()];
  }

  /** `name@version` of all that can be executed now. */
  available(): string[] {
    return [...this.#byKey].filter(([, { available }]) => available).map(([key]) => key);
  }

  isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  hasQueues(): boolean {
    return [...this.#byKey.values()].some(({ queue }) => queue !== undefined);
  }
}

const keyOf = (name: string, version: string) => `${name}@${version}`;
