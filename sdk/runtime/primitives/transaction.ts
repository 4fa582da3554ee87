import { currentScope } from '../../definition/current-run.js';
import { DurableFlowError } from '../../errors/index.js';
import { decode } from '../../journal/index.js';
import type { SqlDatabase } from '../../store/index.js';
import { BodyScope } from '../body-scope.js';

/**
 * Called in the body of a `@step`: writes to tables of your own in the same file, in the same commit as the step's
 * record, so that both happen or neither. What `work` returns is what the step returns; if it throws, nothing is kept
 * and the attempt has failed. Call it once, as the last thing in the body.
 *
 * @param work runs at once, without awaiting anything; keep it short, other runs wait for it
 *
 * @example
 * ```ts
 * import { DurableFlow, step, transaction, workflow } from 'durableflow';
 *
 * @workflow({ name: 'counter' })
 * class Counter {
 *   run(n: number) {
 *     return this.add(n);
 *   }
 *
 *   @step()
 *   async add(n: number) {
 *     return transaction((db) => {
 *       db.prepare('CREATE TABLE IF NOT EXISTS totals (n INTEGER)').run();
 *       db.prepare('INSERT INTO totals VALUES (?)').run(n);
 *       return (db.prepare('SELECT sum(n) AS total FROM totals').get() as { total: number }).total;
 *     });
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Counter, () => new Counter());
 * await (await flow.start(Counter, 2)).result();
 * console.log(await (await flow.start(Counter, 3)).result()); // 5
 * await flow.close();
 * ```
 */
export async function transaction<T>(work: (db: SqlDatabase) => T): Promise<T> {
  const scope = currentScope.getStore();
  const transact = scope instanceof BodyScope ? scope.transact : undefined;
  if (!transact) throw new DurableFlowError('DF_OUTSIDE_RUN', 'transaction() was called outside the body of a @step');
  // The attempt was given up; what came of it since is somebody else's to say.
  if (scope instanceof BodyScope) scope.signal.throwIfAborted();
  return decode((await transact(work)).value) as T;
}
