import type { ToolOptions } from '../definition/method-options.js';
import { methodDecorator, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Makes a durable method one that a model can ask for: `runTools` (of `durableflow/agent`) offers it with its description
 * and schema, and calls it with the checked input, followed by the `context` of the loop if there is one. A method with
 * `@sideEffect` is a write and must have `@approval`, unless it is `ungated`; any other method is a read, and a `@step`
 * even if it does not say so.
 *
 * @example
 * ```ts
 * import { step, tool, workflow } from 'durableflow';
 * import { z } from 'zod';
 *
 * @workflow({ name: 'librarian' })
 * class Librarian {
 *   run(title: string) {
 *     return this.findBook({ title });
 *   }
 *
 *   @tool({ description: 'Finds a book by its title.', input: z.object({ title: z.string() }) })
 *   @step({ timeout: '5s' })
 *   async findBook({ title }: { title: string }) {
 *     return `${title}, shelf 3`;
 *   }
 * }
 * console.log(await new Librarian().run('Walden')); // Walden, shelf 3
 * ```
 */
export function tool<Input, Context>(options: ToolOptions<Input>): MethodDecoratorOf<[input: Input, context: Context]> {
  return methodDecorator<[input: Input, context: Context]>('tool', (metadata) => {
    metadata.tool = options;
  });
}
