import type { Database, Statement } from 'better-sqlite3';
import { decode, digest } from '../journal/index.js';
import type { JournalRecord } from '../journal/index.js';
import { BlobTable } from './blob-table.js';
import { JournalTable } from './journal-table.js';

interface RunValues {
  readonly input: string;
  readonly digest: string;
  readonly outcome: string | null;
}

/**
 * Whether the records of a run can be what was written: values decode, what has a digest fits it, and no record is missing between two others. SQLite
 * knows nothing of that, and has no checksums of its own in the file.
 */
export class RunCheck {
  readonly #blobs: BlobTable;
  readonly #journal: JournalTable;
  readonly #run: Statement<[number], RunValues>;
  readonly #approvals: Statement<[number], { call: number; digest: string; args: string; edited: string | null }>;
  readonly #effects: Statement<[number], { call: number; state: string; value: string | null }>;
  readonly #signals: Statement<[number], { name: string; payload: string }>;
  readonly #ledger: readonly Statement<[number], { call: number; json: string }>[];

  constructor(db: Database) {
    this.#blobs = new BlobTable(db);
    this.#journal = new JournalTable(db, this.#blobs);
    this.#run = db.prepare('SELECT input, input_digest AS digest, outcome FROM runs WHERE row = ?');
    this.#approvals = db.prepare('SELECT call, digest, args, edited FROM approvals WHERE run = ?');
    this.#effects = db.prepare('SELECT call, state, value FROM effects WHERE run = ?');
    this.#signals = db.prepare('SELECT name, payload FROM signals WHERE run = ?');
    this.#ledger = [
      'SELECT call, budget AS json FROM decisions WHERE run = ? AND budget IS NOT NULL',
      'SELECT call, record AS json FROM model_calls WHERE run = ?',
    ].map((sql) => db.prepare(sql));
  }

  /** What is wrong with the run of this row, in plain words; nothing if all fits. */
  of(row: number): string[] {
    const found: string[] = [];
    const check = (what: string, isFine: () => boolean) => {
      try {
        if (!isFine()) found.push(`${what} is not what was written`);
      } catch (error) {
        found.push(`${what}: ${(error as Error).message.split('. ')[0]}`);
      }
    };
    const decodes = (text: string | null) => text === null || (decode(text), true);
    check('the input', () => {
      const { input, digest: expected } = this.#run.get(row)!;
      const text = this.#blobs.get(input);
      return digest(text) === expected && decodes(text);
    });
    check('the outcome', () => {
      const { outcome } = this.#run.get(row)!;
      return decodes(outcome === null ? null : this.#blobs.get(outcome));
    });
    const recorded = new Set<number>();
    check('the order of the records', () => {
      const records = this.#journal.ofRun(row);
      for (const { call, value } of records) {
        recorded.add(call);
        check(`the outcome of call ${call}`, () => decodes(value));
      }
      return records.every(({ seq }: JournalRecord, index) => seq === index);
    });
    check('its gates', () => {
      for (const { call, args, digest: expected, edited } of this.#approvals.all(row))
        check(`the arguments of the gate at call ${call}`, () => digest(args) === expected && decodes(edited));
      return true;
    });
    check('its effects', () => {
      for (const { call, state, value } of this.#effects.all(row))
        check(`the effect of call ${call}`, () => (state !== 'done' || recorded.has(call)) && decodes(value));
      return true;
    });
    check('its signals', () => {
      for (const { name, payload } of this.#signals.all(row)) check(`the signal ${name}`, () => decodes(payload));
      return true;
    });
    check('what its calls knew', () => {
      for (const { call, json } of this.#ledger.flatMap((statement) => statement.all(row)))
        check(`what call ${call} knew`, () => (JSON.parse(json), true));
      return true;
    });
    return found;
  }
}
