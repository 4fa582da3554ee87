// The functional API: its tasks are recorded one by one, where a graph writes a checkpoint of all state after each node.
// `durability: 'sync'` has every checkpoint on disk before the next step begins; the default, 'async', does not promise that.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { entrypoint, task } from '@langchain/langgraph';
import Database from 'better-sqlite3';

/** @type {import('../peer.js').PeerModule['open']} */
export async function open({ folder, durability, work }) {
  const db = new Database(join(folder, 'langgraph.db'));
  // The saver sets WAL itself; for the rest it takes a database as it is given.
  db.pragma(`synchronous = ${durability}`);
  const step = task('work', async (i) => work(i));
  const job = entrypoint({ name: 'job', checkpointer: new SqliteSaver(db) }, async (steps) => {
    let length = 0;
    for (let i = 0; i < steps; i++) length += (await step(i)).text.length;
    return length;
  });
  return {
    run: (steps) => job.invoke(steps, { configurable: { thread_id: randomUUID() }, durability: 'sync' }),
    async close() {
      db.close();
    },
  };
}
