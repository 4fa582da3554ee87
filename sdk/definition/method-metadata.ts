import 'reflect-metadata';
import type { Duration } from './duration.js';
import type { ApprovalOptions, ContextBudgetOptions, SideEffectOptions, StepOptions, ToolOptions } from './method-options.js';

/** A durable method's parameters, once they no longer matter to the types. */
export type Args = readonly unknown[];

/** What the decorators on one method have said, in whatever order they are stacked. */
export interface MethodMetadata {
  readonly key: string;
  /** The undecorated method. */
  readonly original: Method;
  step?: StepOptions;
  sideEffect?: SideEffectOptions<Args>;
  approval?: ApprovalOptions<Args>;
  contextBudget?: ContextBudgetOptions<Args>;
  tool?: ToolOptions<unknown>;
  /** The method that undoes this one. */
  compensate?: string;
}

/** A method as the engine sees it. */
export type Method = (this: unknown, ...args: Args) => unknown;

const methodKey = Symbol.for('durableflow:method');
const workflowKey = Symbol.for('durableflow:workflow');
/** Names this copy of the package: a process may load two, and the decorators of one know nothing of the runs of the other. */
const thisCopy = Symbol('durableflow');
const copyKey = Symbol.for('durableflow:copy');

/** Metadata hang on the wrapper function itself, so both decorator modes read and write them alike. */
export function setMethodMetadata(wrapper: Method, metadata: MethodMetadata): void {
  Reflect.defineMetadata(methodKey, metadata, wrapper);
}

export function methodMetadata(candidate: unknown): MethodMetadata | undefined {
  return typeof candidate === 'function' ? (Reflect.getOwnMetadata(methodKey, candidate) as MethodMetadata | undefined) : undefined;
}

/** What `@workflow` said. */
export interface WorkflowMetadata {
  readonly name: string;
  readonly version: string;
  readonly deadline?: Duration | undefined;
}

export function setWorkflowMetadata(constructor: object, metadata: WorkflowMetadata): void {
  Reflect.defineMetadata(workflowKey, metadata, constructor);
  Reflect.defineMetadata(copyKey, thisCopy, constructor);
}

/** Whether the class was decorated by this copy of the package. */
export function isOfThisCopy(constructor: object): boolean {
  return Reflect.getOwnMetadata(copyKey, constructor) === thisCopy;
}

/** The class's own metadata: a subclass is another workflow and needs a name of its own. */
export function workflowMetadata(constructor: object): WorkflowMetadata | undefined {
  return Reflect.getOwnMetadata(workflowKey, constructor) as WorkflowMetadata | undefined;
}
