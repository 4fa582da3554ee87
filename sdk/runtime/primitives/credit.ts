import { currentScope } from '../../definition/current-run.js';
import { DurableFlowError } from '../../errors/index.js';
import { BodyScope } from '../body-scope.js';

/**
 * Called in the body of a durable method: says that these items have led to its outcome, so that an audit shows them as
 * influential. It is never guessed. Outside the engine it does nothing.
 *
 * @param ids ids of items that were selected for this call, or that it has observed
 *
 * Throws `DF_CREDIT_UNKNOWN` for any other id, such as one that a model has made up, and `DF_OUTSIDE_RUN` in `run()` itself.
 *
 * @example
 * ```ts
 * import { candidates, contextBudget, credit, DurableFlow, step, workflow, type Selection } from 'durableflow';
 *
 * @workflow({ name: 'answerer' })
 * class Answerer {
 *   run(question: string) {
 *     return this.answer(question, candidates([{ id: 'faq-1', text: 'We open at nine.' }, { id: 'faq-2', text: 'We sell tea.' }]));
 *   }
 *
 *   @step()
 *   @contextBudget({ maxTokens: 1000, query: (question) => question })
 *   async answer(question: string, context: Selection) {
 *     const found = context.selected.find(({ text }) => text.includes('open'));
 *     if (found) credit(found.id);
 *     return found?.text;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Answerer, () => new Answerer());
 * await (await flow.start(Answerer, 'When do you open?', { id: 'r-1' })).result();
 * console.log(flow.audit('r-1').artifacts.find((it) => it.reference === 'faq-1')?.state); // influential
 * await flow.close();
 * ```
 */
export function credit(ids: string | readonly string[]): void {
  const scope = bodyScope('credit');
  scope?.decision?.().credit(typeof ids === 'string' ? [ids] : ids, scope.attempt);
}

/** The attempt that the caller is in; undefined outside the engine. Throws `DF_OUTSIDE_RUN` in `run()` itself. */
export function bodyScope(caller: string): BodyScope | undefined {
  const scope = currentScope.getStore();
  if (scope instanceof BodyScope) return scope;
  if (scope) throw new DurableFlowError('DF_OUTSIDE_RUN', `${caller}() was called in run(), not in the body of a durable method`);
  return undefined;
}
