import 'reflect-metadata';
import type { ApprovalOptions, ContextBudgetOptions, SideEffectOptions, StepOptions } from './method-options.js';

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
}

/** A method as the engine sees it. */
export type Method = (this: unknown, ...args: Args) => unknown;

const methodKey = Symbol.for('durableflow:method');
const workflowKey = Symbol.for('durableflow:workflow');

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
}

export function setWorkflowMetadata(constructor: object, metadata: WorkflowMetadata): void {
  Reflect.defineMetadata(workflowKey, metadata, constructor);
}

/** The class's own metadata: a subclass is another workflow and needs a name of its own. */
export function workflowMetadata(constructor: object): WorkflowMetadata | undefined {
  return Reflect.getOwnMetadata(workflowKey, constructor) as WorkflowMetadata | undefined;
}
