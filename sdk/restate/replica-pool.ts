import type { SqliteStore } from '../sqlite/index.js';
import type { SqlDatabase } from '../store/index.js';
import { replicaStore } from './run-replica.js';

/** An empty store, and what empties it again. Returns how many pages it has. */
interface Spare {
  readonly store: SqliteStore;
  readonly empty: () => number;
}

/** Empty stores that are kept. */
const mostSpare = 64;
/** A store that has grown beyond this is not kept: it gives no memory back. */
const mostPages = 512;

/** The stores of the runs that a worker has in memory, used again and again: to make one takes longer than to execute a small run. */
export class ReplicaPool {
  readonly #spare: Spare[] = [];
  readonly #lent = new Map<SqliteStore, Spare>();

  /** An empty store. */
  async take(): Promise<SqliteStore> {
    const spare = this.#spare.pop() ?? (await makeSpare());
    this.#lent.set(spare.store, spare);
    return spare.store;
  }

  /** For the next run. Nobody may hold on to the store. */
  async give(store: SqliteStore): Promise<void> {
    const spare = this.#lent.get(store);
    this.#lent.delete(store);
    if (!spare) return;
    const pages = await store.write(spare.empty);
    if (pages <= mostPages && this.#spare.length < mostSpare) this.#spare.push(spare);
    else await store.close();
  }

  /** Somebody may still hold on to the store. */
  async discard(store: SqliteStore): Promise<void> {
    this.#lent.delete(store);
    await store.close();
  }

  /** Lets go of what is spare. */
  async close(): Promise<void> {
    await Promise.all(this.#spare.splice(0).map(({ store }) => store.close()));
  }
}

async function makeSpare(): Promise<Spare> {
  const store = replicaStore();
  const made = store.write((db) => emptying(db));
  store.flush();
  return { store, empty: await made };
}

function emptying(db: SqlDatabase): () => number {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all() as { name: string }[];
  const deletions = tables.map(({ name }) => db.prepare(`DELETE FROM ${name}`));
  const size = db.prepare('PRAGMA page_count');
  return () => {
    for (const deletion of deletions) deletion.run();
    return (size.get() as { page_count: number }).page_count;
  };
}
