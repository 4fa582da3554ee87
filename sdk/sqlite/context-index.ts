import Database, { type Database as Connection, type Statement } from 'better-sqlite3';
import { queryTerms, terms, type ContextItem } from '../context/index.js';
import { DurableFlowError } from '../errors/index.js';
import { checkFile } from './open-database.js';
import { sqliteError } from './sqlite-error.js';

/** Marks a file as an index of ours: "DFCI". */
const applicationId = 0x44464349;
/** Of the tables and of what `terms` finds in a text. */
const version = 1;

const schema = `
  CREATE TABLE documents (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE postings USING fts5(terms, content='', contentless_delete=1, tokenize='ascii');
`;

/** Kept of the file in memory, in KiB. */
const pageCache = 8192;
/** Written in one transaction; the event loop goes on in between. */
const batch = 500;
/** A query of more words counts with its first ones. */
const mostQueryTerms = 48;
/** How many items one query looks at: its rarest words are taken first, and the frequent ones left out when the sum gets above. */
const mostPostings = 10_000;

/** How many items to find. */
export interface SearchOptions {
  /** At the most; from 1 to 1000. Default 10. */
  readonly limit?: number;
}

/**
 * Texts that are found by their words, and kept between calls: in a file, which other processes may share, or, without
 * one, in a temporary file that is gone when the index is closed. Memory stays at a cache of 8 MB, however many texts
 * there are. Matches are ranked by BM25; equal ones keep the order in which they were put in first.
 *
 * Ask it in a `@step`, whose result is recorded: the index may have changed by the time that a run is resumed.
 *
 * Throws `DF_STORE_…` if the file cannot be used, and `DF_CLOSED` after `close()`.
 *
 * @example
 * ```ts
 * import { candidates, ContextIndex } from 'durableflow';
 * const index = new ContextIndex();
 * await index.put([
 *   { id: 'hours', text: 'We open at nine.' },
 *   { id: 'returns', text: 'Returns are free within 30 days.' },
 * ]);
 * const offer = candidates(await index.search('How long can I return it, 30 days?', { limit: 5 }));
 * console.log(offer.selected.map(({ id }) => id)); // [ 'returns' ]
 * await index.close();
 * ```
 */
export class ContextIndex implements AsyncDisposable {
  readonly #file: string;
  readonly #db: Connection;
  readonly #find: Statement<[string], { n: number; text: string }>;
  readonly #insert: Statement<[string, string]>;
  readonly #update: Statement<[string, number]>;
  readonly #delete: Statement<[number]>;
  readonly #post: Statement<[number, string]>;
  readonly #unpost: Statement<[number]>;
  readonly #frequency: Statement<[string], number>;
  readonly #floor: Statement<[string], number>;
  readonly #match: Statement<[string, number, number], ContextItem>;

  constructor(file?: string) {
    this.#file = file ?? 'a temporary index';
    this.#db = openIndex(file, this.#file);
    this.#find = this.#db.prepare('SELECT n, text FROM documents WHERE id = ?');
    this.#insert = this.#db.prepare('INSERT INTO documents (id, text) VALUES (?, ?)');
    this.#update = this.#db.prepare('UPDATE documents SET text = ? WHERE n = ?');
    this.#delete = this.#db.prepare('DELETE FROM documents WHERE n = ?');
    this.#post = this.#db.prepare('INSERT INTO postings (rowid, terms) VALUES (?, ?)');
    this.#unpost = this.#db.prepare('DELETE FROM postings WHERE rowid = ?');
    const matching = 'FROM postings WHERE postings MATCH ?';
    this.#frequency = this.#db.prepare<[string], number>(`SELECT count(*) FROM (SELECT 1 ${matching} LIMIT ${mostPostings + 1})`).pluck();
    this.#floor = this.#db.prepare<[string], number>(`SELECT rowid ${matching} ORDER BY rowid DESC LIMIT 1 OFFSET ${mostPostings}`).pluck();
    this.#match = this.#db.prepare(`
      WITH best AS MATERIALIZED (SELECT rowid AS n, rank ${matching} AND rowid > ? ORDER BY rank, rowid LIMIT ?)
      SELECT id, text FROM best JOIN documents USING (n) ORDER BY best.rank, n`);
  }

  /**
   * Adds items, and replaces those whose id is there already. What has not changed costs a look-up, so a whole source may
   * be put in again to catch up with it. Throws `DF_INVALID_INPUT` for an item without id or text.
   */
  async put(items: Iterable<Pick<ContextItem, 'id' | 'text'>> | AsyncIterable<Pick<ContextItem, 'id' | 'text'>>): Promise<void> {
    await this.#inBatches(items, (item) => {
      const { id, text } = item;
      if (typeof id !== 'string' || typeof text !== 'string')
        throw new DurableFlowError('DF_INVALID_INPUT', 'an item of an index needs an id and a text, which are strings');
      const known = this.#find.get(id);
      if (known?.text === text) return;
      if (known) {
        this.#update.run(text, known.n);
        this.#unpost.run(known.n);
      }
      const n = known?.n ?? Number(this.#insert.run(id, text).lastInsertRowid);
      this.#post.run(n, terms(text).join(' '));
    });
  }

  /** Takes items out; an id that is not there is no error. */
  async remove(ids: Iterable<string> | AsyncIterable<string>): Promise<void> {
    await this.#inBatches(ids, (id) => {
      const known = this.#find.get(id);
      if (!known) return;
      this.#unpost.run(known.n);
      this.#delete.run(known.n);
    });
  }

  /** The items that have most to do with the query, best first. Empty if none has a word of it. */
  async search(query: string, { limit = 10 }: SearchOptions = {}): Promise<ContextItem[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new DurableFlowError('DF_INVALID_INPUT', `limit must be a whole number from 1 to 1000, not ${limit}`);
    return this.#guarded(() => {
      const wanted = this.#telling(queryTerms(query).slice(0, mostQueryTerms).map(quoted));
      const rarest = wanted[0];
      if (!rarest) return [];
      // Only a word that is nearly everywhere has more: of what has it, the newest is looked at.
      const floor = rarest.items > mostPostings ? this.#floor.get(rarest.term)! : 0;
      return this.#match.all(wanted.map(({ term }) => term).join(' OR '), floor, limit);
    });
  }

  /** How many items there are. */
  async size(): Promise<number> {
    return this.#guarded(() => this.#db.prepare<[], number>('SELECT count(*) FROM documents').pluck().get()!);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The rarest of the terms, as many as can be looked at in time; at least one that is there at all. */
  #telling(wanted: readonly string[]): { readonly term: string; readonly items: number }[] {
    const known = wanted.map((term) => ({ term, items: this.#frequency.get(term)! })).filter(({ items }) => items > 0);
    let postings = 0;
    return known.toSorted((a, b) => a.items - b.items).filter(({ items }, index) => (postings += items) <= mostPostings || index === 0);
  }

  async #inBatches<T>(source: Iterable<T> | AsyncIterable<T>, each: (item: T) => void): Promise<void> {
    let items: T[] = [];
    const transaction = this.#guarded(() => this.#db.transaction((batch: readonly T[]) => batch.forEach(each)));
    const write = () => this.#guarded(() => transaction.immediate(items));
    for await (const item of source) {
      items.push(item);
      if (items.length < batch) continue;
      write();
      items = [];
      await new Promise(setImmediate);
    }
    if (items.length > 0) write();
  }

  #guarded<T>(work: () => T): T {
    if (!this.#db.open) throw new DurableFlowError('DF_CLOSED', 'the index is closed');
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.#file);
    }
  }
}

/** Terms have no quotation marks in them, and no word of the query language means anything between them. */
const quoted = (term: string) => `"${term}"`;

function openIndex(file: string | undefined, name: string): Connection {
  // An empty name is SQLite's own word for a temporary file.
  const onDisk = file !== undefined && file !== ':memory:';
  if (onDisk) checkFile(file);
  let db: Connection | undefined;
  try {
    db = new Database(file ?? '');
    checkOrigin(db, name);
    db.pragma(`cache_size = -${pageCache}`);
    if (onDisk) db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${onDisk ? 'NORMAL' : 'OFF'}`);
    create(db);
    return db;
  } catch (error) {
    db?.close();
    throw sqliteError(error, name);
  }
}

function checkOrigin(db: Connection, file: string): void {
  if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) return;
  if (db.pragma('application_id', { simple: true }) !== applicationId)
    throw new DurableFlowError('DF_STORE_FOREIGN', `${file} is no index; give it a file of its own`, { details: { file } });
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > version)
    throw new DurableFlowError('DF_STORE_NEWER', `${file} is an index of version ${found}, this durableflow knows ${version}`, {
      details: { file, version: found },
    });
}

function create(db: Connection): void {
  db.transaction(() => {
    if (db.pragma('user_version', { simple: true }) === version) return;
    db.exec(schema);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${version}`);
  }).immediate();
}
