import type { Database, Statement } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import { digest } from '../journal/index.js';

/** Longer texts (in UTF-16 units) are kept once, by their digest, and out of the tables that are read row by row. */
const inlineLimit = 16_384;

/** Whether a text is kept in the table that refers to it. */
export const isInline = (text: string): boolean => text.length <= inlineLimit;

/** The `blobs` table. An encoded value never begins with `@`, so a reference cannot be taken for one. */
export class BlobTable {
  readonly #insert: Statement;
  readonly #get: Statement<[string], { text: string }>;
  readonly #deleteUnused: Statement;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO blobs (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#get = db.prepare('SELECT text FROM blobs WHERE digest = ?');
    this.#deleteUnused = db.prepare(
      `DELETE FROM blobs WHERE digest = @digest
         AND NOT EXISTS (SELECT 1 FROM journal WHERE value LIKE '@%' AND value = '@' || @digest)
         AND NOT EXISTS (SELECT 1 FROM runs WHERE input LIKE '@%' AND input = '@' || @digest)
         AND NOT EXISTS (SELECT 1 FROM runs WHERE outcome LIKE '@%' AND outcome = '@' || @digest)`,
    );
  }

  /** What to put in a value's column: the text itself, or a reference to it. */
  put(text: string): string {
    if (isInline(text)) return text;
    const key = digest(text);
    this.#insert.run(key, text);
    return `@${key}`;
  }

  /** The text that a column stands for. Throws `DF_STORE_CORRUPT` if it is not there any more, or another one. */
  get(column: string): string {
    if (!column.startsWith('@')) return column;
    const key = column.slice(1);
    const text = this.#get.get(key)?.text;
    if (text !== undefined && digest(text) === key) return text;
    throw new DurableFlowError(
      'DF_STORE_CORRUPT',
      `the large value ${key} ${text === undefined ? 'is missing' : 'is not what was written'}`,
    );
  }

  /** Deletes the texts of these references, where nothing else refers to them. */
  deleteUnused(references: Iterable<string>): void {
    for (const reference of new Set(references)) this.#deleteUnused.run({ digest: reference.slice(1) });
  }
}
