import type { Duration } from '../definition/duration.js';
import { setWorkflowMetadata } from '../definition/method-metadata.js';
import type { WorkflowClass } from '../definition/workflow-definition.js';
import { DurableFlowError } from '../errors/index.js';

/** Options of `@workflow`. */
export interface WorkflowOptions {
  /** The name in the store. Class names will not do: minifiers change them. */
  readonly name: string;
  /** Runs stay with the version that they began with. Default `'1'`. */
  readonly version?: string;
  /** A run that has not ended after this time fails with `DF_DEADLINE`. No limit if absent. */
  readonly deadline?: Duration;
}

/**
 * Names a class as a workflow: an ordinary class with an async `run(input)`.
 *
 * @example
 * ```ts
 * import { workflow } from 'durableflow';
 *
 * @workflow({ name: 'doubler', version: '1' })
 * class Doubler {
 *   async run(n: number) {
 *     return n * 2;
 *   }
 * }
 * console.log(await new Doubler().run(21)); // 42
 * ```
 */
export function workflow(options: WorkflowOptions) {
  const { name, version = '1', deadline } = options ?? {};
  if (typeof name !== 'string' || name === '')
    throw new DurableFlowError('DF_INVALID_DEFINITION', "@workflow needs a name: @workflow({ name: 'refund-agent' })");
  return <C extends WorkflowClass>(constructor: C, _context?: ClassDecoratorContext<C>): void => {
    setWorkflowMetadata(constructor, { name, version, deadline });
  };
}
