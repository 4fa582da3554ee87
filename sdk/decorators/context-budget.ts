import type { Args } from '../definition/method-metadata.js';
import type { ContextBudgetOptions } from '../definition/method-options.js';
import { methodDecorator, type From, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Puts a hard ceiling on the context that a step gets: every argument that is a `Selection` is ranked against the
 * query and packed under `maxTokens`. Pinned items always stay; if they alone are too many, the call is refused.
 *
 * @example
 * ```ts
 * import { candidates, contextBudget, step, workflow, type Selection } from 'durableflow';
 *
 * @workflow({ name: 'answerer' })
 * class Answerer {
 *   run(question: string) {
 *     return this.answer(question, candidates([{ id: 'faq-1', text: 'We open at nine.' }]));
 *   }
 *
 *   @step()
 *   @contextBudget({ maxTokens: 1000, query: (question) => question })
 *   async answer(question: string, context: Selection) {
 *     return context.selected.map((item) => item.text).join('\n');
 *   }
 * }
 * console.log(await new Answerer().run('When do you open?')); // We open at nine.
 * ```
 */
export function contextBudget<A extends unknown[]>(options: ContextBudgetOptions<From<A>>): MethodDecoratorOf<A> {
  return methodDecorator<A>('contextBudget', (metadata) => {
    metadata.contextBudget = (options ?? {}) as unknown as ContextBudgetOptions<Args>;
  });
}
