import { DurableFlowError } from '../errors/index.js';
import { milliseconds } from './duration.js';
import { declaredMethods } from './declared-methods.js';
import { isOfThisCopy, methodMetadata, workflowMetadata } from './method-metadata.js';
import { defineMethod, type MethodDefinition } from './method-definition.js';

/** A class that can be run durably: it has an async `run(input)`. */
export type WorkflowClass<Input = never, Output = unknown> = new (...args: never[]) => { run(input: Input): Promise<Output> };

/** The input type of a workflow class. */
export type InputOf<C extends WorkflowClass> =
  Parameters<InstanceType<C>['run']> extends [] ? undefined : Parameters<InstanceType<C>['run']>[0];

/** The output type of a workflow class. */
export type OutputOf<C extends WorkflowClass> = Awaited<ReturnType<InstanceType<C>['run']>>;

/** A registered class, frozen: its name, version and durable methods. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly version: string;
  readonly constructor: WorkflowClass;
  /** By wrapper function, because that is what a call knows of itself. */
  readonly methods: ReadonlyMap<unknown, MethodDefinition>;
  /** The longest that a run may take, in milliseconds. */
  readonly deadline: number | undefined;
  /** Whether any method has another one that undoes it. */
  readonly compensates: boolean;
}

/**
 * Reads the decorators of a class and its ancestors. Throws `DF_INVALID_DEFINITION` or `DF_UNDECORATED_OVERRIDE`
 * where the engine could not keep what a decorator promises.
 */
export function defineWorkflowFrom(constructor: WorkflowClass): WorkflowDefinition {
  const metadata = typeof constructor === 'function' ? workflowMetadata(constructor) : undefined;
  const className = constructor?.name || String(constructor);
  if (!metadata) {
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${className} is not a workflow; put @workflow({ name: '…' }) on the class`);
  }
  if (!isOfThisCopy(constructor)) {
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${className} was decorated by another copy of durableflow than the one that opened the flow, so its calls would not be durable; make both load the same one (one installation, ES modules throughout)`,
    );
  }
  const prototype = constructor.prototype as Record<string, unknown>;
  if (typeof prototype['run'] !== 'function') {
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${className} has no run(input) method; that is where a workflow begins`);
  }
  if (methodMetadata(prototype['run'])) {
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${className}.run is decorated; run() is the workflow itself, decorate the methods that it calls`,
    );
  }
  const methods = new Map<unknown, MethodDefinition>();
  const places = new Map<string, string>();
  for (const { owner, key, wrapper } of effectiveMethods(constructor)) {
    const found = methodMetadata(wrapper)!;
    const place = `${owner.name}.${key}`;
    const method = defineMethod(found, place, (name) => prototype[name]);
    const other = places.get(method.id);
    if (other) throw new DurableFlowError('DF_INVALID_DEFINITION', `${place} and ${other} have the same id "${method.id}" in the journal`);
    places.set(method.id, place);
    methods.set(wrapper, method);
  }
  const definitions = [...methods.values()];
  return Object.freeze({
    name: metadata.name,
    version: metadata.version,
    constructor,
    methods,
    deadline: metadata.deadline === undefined ? undefined : milliseconds(metadata.deadline, `the deadline of ${className}`),
    compensates: definitions.some(({ compensate }) => compensate !== undefined),
  });
}

interface EffectiveMethod {
  readonly owner: WorkflowClass;
  readonly key: string;
  readonly wrapper: unknown;
}

/** The durable methods that an instance really has, each from the nearest class that defines it. */
function effectiveMethods(constructor: WorkflowClass): EffectiveMethod[] {
  const nearest = new Map<string, EffectiveMethod>();
  for (let owner = constructor; typeof owner === 'function' && owner.prototype; owner = Object.getPrototypeOf(owner) as WorkflowClass) {
    const declared = declaredMethods(owner);
    for (const key of Object.getOwnPropertyNames(owner.prototype)) {
      const wrapper = (Object.getOwnPropertyDescriptor(owner.prototype, key) as PropertyDescriptor).value as unknown;
      if (declared.has(key) && declared.get(key) !== wrapper) {
        throw new DurableFlowError(
          'DF_INVALID_DEFINITION',
          `another decorator on ${owner.name}.${key} hides its durable one; put the DurableFlow decorators on top, next to each other`,
        );
      }
      const override = nearest.get(key);
      if (!override) nearest.set(key, { owner, key, wrapper });
      else if (methodMetadata(wrapper) && !methodMetadata(override.wrapper)) {
        throw new DurableFlowError(
          'DF_UNDECORATED_OVERRIDE',
          `${override.owner.name}.${key} overrides the durable ${owner.name}.${key} without a decorator`,
        );
      }
    }
  }
  return [...nearest.values()].filter(({ wrapper }) => methodMetadata(wrapper));
}
