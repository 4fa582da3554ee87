import type { ApprovalOptions, ContextBudgetOptions, SideEffectOptions, StepOptions, ToolOptions } from '../definition/method-options.js';
import type { WorkflowClass } from '../definition/workflow-definition.js';
import { DurableFlowError } from '../errors/index.js';
import { approval } from './approval.js';
import { compensate } from './compensate.js';
import { contextBudget } from './context-budget.js';
import type { MethodDecoratorOf } from './method-decorator.js';
import { sideEffect } from './side-effect.js';
import { step } from './step.js';
import { tool } from './tool.js';
import { workflow, type WorkflowOptions } from './workflow.js';

/** What the decorators would say of one method with the parameters `A`. */
export interface DurableMethodOptions<A extends unknown[]> {
  /** `@step(…)`; `true` for `@step()`. */
  readonly step?: StepOptions | true;
  /** `@sideEffect(…)`. */
  readonly sideEffect?: SideEffectOptions<A>;
  /** `@approval(…)`; `true` for `@approval()`. */
  readonly approval?: ApprovalOptions<A> | true;
  /** `@contextBudget(…)`. */
  readonly contextBudget?: ContextBudgetOptions<A>;
  /** `@tool(…)`. */
  readonly tool?: ToolOptions<A extends [] ? unknown : A[0]>;
  /** `@compensate(…)`. */
  readonly compensate?: string;
}

type AsyncMethodKeys<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof T] & string;

/** The methods of a class that are to be durable. */
export type DurableMethods<T> = {
  readonly [K in Exclude<AsyncMethodKeys<T>, 'run'>]?: T[K] extends (...args: infer A) => unknown ? DurableMethodOptions<A> : never;
};

/**
 * Makes a class a workflow without decorators, for plain JavaScript: the same definition, checked in the same way. The
 * class is changed in place and returned.
 *
 * @example
 * ```ts
 * import { defineWorkflow, DurableFlow } from 'durableflow';
 *
 * const Greeter = defineWorkflow(
 *   class {
 *     run(name: string) {
 *       return this.greet(name);
 *     }
 *     async greet(name: string) {
 *       return `hello ${name}`;
 *     }
 *   },
 *   { name: 'plain-greeter', methods: { greet: { step: { timeout: '10s' } } } },
 * );
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Greeter, () => new Greeter());
 * console.log(await (await flow.start(Greeter, 'ann')).result()); // hello ann
 * await flow.close();
 * ```
 */
export function defineWorkflow<C extends WorkflowClass>(
  constructor: C,
  options: WorkflowOptions & { readonly methods: DurableMethods<InstanceType<C>> },
): C {
  const { methods, ...rest } = options;
  const className = constructor?.name || 'the class';
  refuseUnknown(rest, ['name', 'version', 'deadline'], `defineWorkflow(${className}, …)`);
  for (const [key, method] of Object.entries<DurableMethodOptions<unknown[]> | undefined>(methods ?? {})) {
    refuseUnknown(method ?? {}, [...ofMethods], `${className}.${key}`);
    for (const decorator of decoratorsOf(method ?? {})) decorate(constructor, key, decorator);
  }
  workflow(rest)(constructor);
  return constructor;
}

const ofMethods = ['step', 'sideEffect', 'approval', 'contextBudget', 'tool', 'compensate'] as const satisfies (keyof DurableMethodOptions<
  []
>)[];

/** In plain JavaScript no compiler says that a word is wrong, and what is not understood would make nothing durable. */
function refuseUnknown(options: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${where} has no option "${unknown}", only ${known.join(', ')}; methods are made durable by { methods: { name: { step: true } } }`,
    );
}

function decoratorsOf(method: DurableMethodOptions<unknown[]>): MethodDecoratorOf<unknown[]>[] {
  return [
    ...(method.step ? [step(method.step === true ? {} : method.step)] : []),
    ...(method.sideEffect ? [sideEffect(method.sideEffect)] : []),
    ...(method.approval ? [approval(method.approval === true ? {} : method.approval)] : []),
    ...(method.contextBudget ? [contextBudget(method.contextBudget)] : []),
    ...(method.tool ? [tool(method.tool) as MethodDecoratorOf<unknown[]>] : []),
    ...(method.compensate ? [compensate(method.compensate)] : []),
  ];
}

function decorate(constructor: WorkflowClass, key: string, decorator: MethodDecoratorOf<unknown[]>): void {
  const prototype = constructor.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
  if (!descriptor || key === 'constructor')
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${constructor.name || 'the class'} has no method "${key}" of its own to make durable`,
    );
  decorator(prototype, key, descriptor as { value?: (...args: unknown[]) => Promise<unknown> });
  Object.defineProperty(prototype, key, descriptor);
}
