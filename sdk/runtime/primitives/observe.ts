import type { ContextItem } from '../../context/index.js';
import { bodyScope } from './credit.js';

/**
 * Called in the body of a durable method: puts on record that it has seen these items, by id and digest, wherever they came
 * from. What a method gets as an argument is on record anyway. Outside the engine it does nothing.
 *
 * Throws `DF_OUTSIDE_RUN` in `run()` itself.
 *
 * @example
 * ```ts
 * import { DurableFlow, observe, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'reader' })
 * class Reader {
 *   run() {
 *     return this.read();
 *   }
 *
 *   @step()
 *   async read() {
 *     const page = { id: 'wiki/opening-hours', text: 'We open at nine.' };
 *     observe([page]);
 *     return page.text.length;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Reader, () => new Reader());
 * await (await flow.start(Reader, undefined, { id: 'r-1' })).result();
 * console.log(flow.lineage({ reference: 'wiki/opening-hours' })[0]?.runId); // r-1
 * await flow.close();
 * ```
 */
export function observe(items: readonly ContextItem[]): void {
  const scope = bodyScope('observe');
  if (items.length > 0) scope?.decision?.().observe(items, scope.attempt);
}
