import type { Database, Statement } from 'better-sqlite3';
import type { Attributes } from '../store/index.js';

/** The `attributes` table: names and values that runs can be found by. */
export class AttributeTable {
  readonly #set: Statement;
  readonly #ofRun: Statement<[number], { name: string; value: string }>;

  constructor(db: Database) {
    this.#set = db.prepare('INSERT INTO attributes (run, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
    this.#ofRun = db.prepare('SELECT name, value FROM attributes WHERE run = ? ORDER BY name');
  }

  set(run: number, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) this.#set.run(run, name, value);
  }

  ofRun(run: number): Attributes {
    return Object.fromEntries(this.#ofRun.all(run).map(({ name, value }) => [name, value]));
  }
}
