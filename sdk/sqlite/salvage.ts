import type { Database, Statement } from 'better-sqlite3';
import { assertDamage, quoted, type DamagedDatabase, type Row } from './damaged-database.js';
import { belongings } from './run-archive.js';

/** A run that could not be saved, and what it is known to have done. */
export interface LostRun {
  /** Unknown if all that is left of it is its number. */
  readonly id: string | undefined;
  /** What of it cannot be read, or is not what was written. */
  readonly why: readonly string[];
  /** Nobody knows of these effects any more: a new run would make them again. */
  readonly effects: readonly { readonly method: string; readonly key: string; readonly state: string }[];
}

/** Tables whose rows have a number of their own, by which alone they can be read when their index is damaged. */
const numbered = {
  approvals: { number: 'id', index: 'sqlite_autoindex_approvals_1' },
  signals: { number: 'id', index: 'signals_of_run' },
} as const;

/** Tables that belong to runs or are copied with them; processes are gone, and the rest is copied as it is. */
const notWhole = new Set(['runs', 'journal', 'votes', 'blobs', 'artifacts', 'owners', 'sqlite_sequence', ...belongings]);

/** Copies what can be read of a damaged database into one that has the same tables: run by run, each whole or not at all. */
export class Salvage {
  readonly #source: DamagedDatabase;
  readonly #db: Database;
  readonly #inserts = new Map<string, Statement>();
  readonly #columns = new Map<string, string[]>();
  /** The numbers of the rows of each run, by table. */
  readonly #numbersOf = new Map<string, Map<bigint, bigint[]>>();

  /** The rows of large values, if the index of their digests does not tell them. */
  #blobs: Map<string, bigint> | undefined;

  constructor(source: DamagedDatabase, db: Database) {
    this.#source = source;
    this.#db = db;
  }

  /** Returns the runs that could not be copied. Throws `DF_STORE_CORRUPT` if not even the tables are known. */
  copyRuns(onProgress: (done: number, of: number) => void): LostRun[] {
    if (this.#source.columns('runs').length === 0)
      throw damage('the list of its tables cannot be read, so nothing of it can be saved here');
    const runs = [...this.#source.numbers('runs', 'row', 'id', 'sqlite_autoindex_runs_1')].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [table, { number, index }] of Object.entries(numbered)) {
      const byRun = new Map<bigint, bigint[]>();
      for (const [row, run] of this.#source.numbers(table, number, 'run', index))
        byRun.set(run as bigint, [...(byRun.get(run as bigint) ?? []), row]);
      this.#numbersOf.set(table, byRun);
    }
    const lost: LostRun[] = [];
    for (const [index, [row, id]] of runs.entries()) {
      try {
        this.#db.transaction(() => this.#copyRun(row))();
      } catch (error) {
        const why = (error as Error).message;
        if (!isContradiction(error)) assertDamage(error);
        lost.push({ id: id as string | undefined, why: [why], effects: this.#effectsOf(row) });
      }
      onProgress(index + 1, runs.length);
    }
    this.#keepNumbers();
    return lost;
  }

  /** Copies the tables that belong to no run, those of the application among them. Returns the names of all that may lack rows which nobody can name. */
  copyTables(): string[] {
    // A page may have lost rows without a sign of it where they are looked for.
    const incomplete = ['runs', 'journal', ...belongings, 'votes'].filter((table) => this.#has(table) && !this.#source.isSound(table));
    const known = new Set(this.#db.prepare('SELECT name FROM sqlite_schema').pluck().all());
    const schema = this.#source.schema().filter(({ name }) => !name.startsWith('sqlite_'));
    const others = schema.filter(({ name }) => !known.has(name));
    const make = (type: (it: string) => boolean) => {
      for (const { name, sql } of others.filter((it) => type(it.type))) {
        try {
          this.#db.exec(sql);
        } catch {
          incomplete.push(name);
        }
      }
    };
    make((type) => type === 'table');
    for (const { type, name } of schema) if (type === 'table' && !notWhole.has(name) && !this.#copyTable(name)) incomplete.push(name);
    make((type) => type !== 'table');
    return [...new Set(incomplete)];
  }

  #copyRun(run: bigint): void {
    const rows = this.#copy('runs', 'row = ?', run);
    if (rows.length === 0) throw damage('its row is gone, and the index of ids still names it');
    // As `recordsOf` says it, for a reader whose numbers are not rounded.
    const journal = this.#hasPlaces()
      ? this.#copy('journal', 'place BETWEEN ? AND ?', run << 32n, (run << 32n) | 0xffffffffn)
      : this.#copy('journal', 'run = ?', run);
    for (const table of belongings) if (!(table in numbered) && this.#has(table)) this.#copy(table, 'run = ?', run);
    for (const [table, { number }] of Object.entries(numbered)) {
      for (const row of this.#numbersOf.get(table)!.get(run) ?? []) {
        if (this.#copy(table, `${number} = ?`, row).length === 0) throw damage(`one of its ${table} is gone, and the index still names it`);
        if (table === 'approvals') this.#copy('votes', 'approval = ?', row);
      }
    }
    if (this.#has('artifact_uses'))
      for (const artifact of this.#db.prepare('SELECT DISTINCT artifact FROM artifact_uses WHERE run = ?').pluck().all(run))
        this.#copy('artifacts', 'row = ?', artifact as bigint);
    for (const value of [...rows, ...journal].flat())
      if (typeof value === 'string' && /^@[\w-]{43}$/.test(value)) this.#copyBlob(value.slice(1));
  }

  /** What is missing is found out when the run is checked. */
  #copyBlob(digest: string): void {
    try {
      if (this.#copy('blobs', 'digest = ?', digest).length > 0) return;
    } catch (error) {
      assertDamage(error);
    }
    this.#blobs ??= new Map(
      [...this.#source.numbers('blobs', 'rowid', 'digest', 'sqlite_autoindex_blobs_1')].map(([row, name]) => [name as string, row]),
    );
    const row = this.#blobs.get(digest);
    if (row !== undefined) this.#copy('blobs', 'rowid = ?', row);
  }

  /** False if rows are missing, or cannot be known. */
  #copyTable(table: string): boolean {
    try {
      const { rows, complete } = this.#source.whole(table);
      let all = true;
      this.#db.transaction(() => {
        for (const row of rows) all = this.#insert(table, row) && all;
      })();
      return complete() && all;
    } catch (error) {
      assertDamage(error);
      return false;
    }
  }

  #copy(table: string, condition: string, ...keys: (bigint | string)[]): readonly Row[] {
    const rows = this.#read(table, condition, ...keys);
    for (const row of rows) this.#insert(table, row);
    return rows;
  }

  #read(table: string, condition: string, ...keys: (bigint | string)[]): Row[] {
    try {
      return this.#source.rows(table, condition, ...keys);
    } catch (error) {
      assertDamage(error);
      throw damage(`its ${table === 'runs' ? 'own row' : table} cannot be read`);
    }
  }

  /** False if it is in the way of another row. Large values and what calls knew are shared between runs. */
  #insert(table: string, row: Row): boolean {
    let insert = this.#inserts.get(table);
    if (!insert) {
      const columns = this.#source.columns(table);
      const orIgnore = notWhole.has(table) && table !== 'blobs' && table !== 'artifacts' ? '' : 'OR IGNORE';
      insert = this.#db.prepare(
        `INSERT ${orIgnore} INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      this.#inserts.set(table, insert);
    }
    return insert.run(...row).changes > 0;
  }

  #effectsOf(run: bigint): LostRun['effects'] {
    try {
      const columns = this.#source.columns('effects');
      return this.#source.rows('effects', 'run = ?', run).map((row) => {
        const value = (name: string) => String(row[columns.indexOf(name)]);
        return { method: value('method'), key: value('key'), state: value('state') };
      });
    } catch (error) {
      assertDamage(error);
      return [];
    }
  }

  /** The number of a lost run must not become that of another one. */
  #keepNumbers(): void {
    try {
      for (const [name, seq] of this.#source.rows('sqlite_sequence', 'true'))
        if (this.#db.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?').run(seq, name).changes === 0)
          this.#db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, seq);
    } catch (error) {
      assertDamage(error);
    }
  }

  #has(table: string): boolean {
    return this.#columnsOf(table).length > 0;
  }

  #hasPlaces(): boolean {
    return this.#columnsOf('journal').includes('place');
  }

  /** As they must be in this version, whatever is left of their definitions in the damaged file. */
  #columnsOf(table: string): string[] {
    const known =
      this.#columns.get(table) ?? (this.#db.pragma(`table_info(${quoted(table)})`) as { name: string }[]).map(({ name }) => name);
    this.#columns.set(table, known);
    return known;
  }
}

const damage = (what: string) => Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });

/** Two runs claim the same thing, such as an id or the key of an effect, or a column is of another kind. */
const isContradiction = (error: unknown) => /^SQLITE_(CONSTRAINT|MISMATCH)/.test(String((error as { code?: unknown }).code));
