import type { Database, Statement } from 'better-sqlite3';

type Value = string | bigint | number | Buffer | null;
/** The columns of a row that are stored, in the order of the table. */
export type Row = readonly Value[];

/** More numbers than this are not tried one by one. */
const widestGap = 1_000_000n;

/**
 * Reads what can be read of a file with damaged pages. A table and each of its indexes are trees of their own, so where one cannot be read, another
 * may still tell what was there.
 */
export class DamagedDatabase {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
    db.defaultSafeIntegers(true);
  }

  /** The definitions of all that is in the file, in the order in which it was made. */
  schema(): { readonly type: string; readonly name: string; readonly sql: string }[] {
    return this.#db.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all() as ReturnType<
      DamagedDatabase['schema']
    >;
  }

  /** Those that are stored; what is generated is no part of them. */
  columns(table: string): string[] {
    return (this.#db.pragma(`table_info(${quoted(table)})`) as { name: string }[]).map(({ name }) => name);
  }

  /** Rows by a condition on the key of the table. Throws if one of them cannot be read. */
  rows(table: string, condition: string, ...parameters: Value[]): Row[] {
    const name = `${table} ${condition}`;
    let statement = this.#statements.get(name);
    if (!statement) {
      statement = this.#db.prepare(`SELECT ${this.#selected(table)} FROM ${quoted(table)} WHERE ${condition}`).raw();
      this.#statements.set(name, statement);
    }
    return statement.all(...parameters) as Row[];
  }

  /** All rows that are not behind damage, from both ends of the table; `complete` if there was none. */
  whole(table: string): { readonly rows: Iterable<Row>; readonly complete: () => boolean } {
    const key = this.#keyOf(table);
    let complete = false;
    const read = (select: string, order: string[]) => this.#fromBothEnds(select, order, (all) => (complete = all));
    return { rows: read(`SELECT ${this.#selected(table)} FROM ${quoted(table)} NOT INDEXED`, key), complete: () => complete };
  }

  /**
   * The numbers of all rows of a table, each with the column by which it is looked for, told by the table or else by the index on that column. The name
   * is unknown where only the number of a row that cannot be read is left.
   */
  numbers(table: string, number: string, by: string, index: string): Map<bigint, Value | undefined> {
    const found = new Map<bigint, Value | undefined>();
    let complete = false;
    for (const [hint, order] of [
      ['NOT INDEXED', number],
      [`INDEXED BY ${quoted(index)}`, by],
    ] as const) {
      const select = `SELECT ${number}, ${by} FROM ${quoted(table)} ${hint}`;
      for (const [row, name] of this.#fromBothEnds(select, [order], (all) => (complete ||= all)))
        if (!found.has(row as bigint)) found.set(row as bigint, name);
    }
    if (!complete) for (const row of this.#unreadable(table, number, [...found.keys()])) found.set(row, undefined);
    return found;
  }

  /** Whether all rows of a table are there, as far as SQLite can tell; its indexes may be damaged. */
  isSound(table: string): boolean {
    try {
      const lines = this.#db.prepare(`SELECT integrity_check FROM pragma_integrity_check(?)`).pluck().all(table) as string[];
      return lines.flatMap((text) => text.split('\n')).every((line) => line === 'ok' || line.startsWith('***') || onlyIndex.test(line));
    } catch (error) {
      assertDamage(error);
      return false;
    }
  }

  /** Numbers between those that are known, whose rows are there and cannot be read. */
  *#unreadable(table: string, number: string, known: readonly bigint[]): Generator<bigint> {
    const sorted = known.toSorted((a, b) => (a < b ? -1 : 1));
    const get = this.#db.prepare(`SELECT ${number} FROM ${quoted(table)} NOT INDEXED WHERE ${number} = ?`);
    for (const [index, from] of sorted.entries()) {
      const to = sorted[index + 1] ?? from;
      if (to - from > widestGap) continue;
      for (let row = from + 1n; row < to; row++) {
        try {
          if (get.get(row)) yield row;
        } catch (error) {
          assertDamage(error);
          yield row;
        }
      }
    }
  }

  *#fromBothEnds(select: string, order: readonly string[], over: (complete: boolean) => void): Generator<Row> {
    let complete = false;
    for (const direction of ['ASC', 'DESC']) {
      try {
        yield* this.#db.prepare(`${select} ORDER BY ${order.map((column) => `${column} ${direction}`).join(', ')}`).raw().iterate() as Iterable<Row>; // prettier-ignore
        complete = direction === 'ASC';
        break;
      } catch (error) {
        assertDamage(error);
      }
    }
    over(complete);
  }

  #selected(table: string): string {
    return this.columns(table).map(quoted).join(', ');
  }

  #keyOf(table: string): string[] {
    // A table whose definition is damaged may be in no list, and then cannot be read by any key.
    const found = this.#db.prepare('SELECT wr FROM pragma_table_list WHERE name = ?').get(table) as { wr: bigint } | undefined;
    if (!found?.wr) return ['rowid'];
    const columns = this.#db.pragma(`table_info(${quoted(table)})`) as { name: string; pk: bigint }[];
    return columns.filter(({ pk }) => pk > 0n).sort((a, b) => Number(a.pk - b.pk)).map(({ name }) => quoted(name)); // prettier-ignore
  }
}

/** What SQLite says of an index whose table is sound. */
export const onlyIndex = /^(row \d+ missing from|wrong # of entries in|non-unique entry in) index /;

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Throws what is no sign of damage. */
export function assertDamage(error: unknown): void {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^SQLITE_(CORRUPT|IOERR|NOTADB|ERROR)/.test(code)) throw error;
}
