import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { DurableFlow, SqliteStore, sideEffect, signal, step, workflow, child, type History } from 'durableflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { digest, encode } from '../../sdk/journal/index.js';
import { createTables } from '../../sdk/sqlite/open-database.js';
import { repairDatabase } from '../../sdk/sqlite/repair-database.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { childCommand, start } from './run-child.js';

@workflow({ name: 'part' })
class Part {
  async run(n: number) {
    return signal(z.string(), `part ${n}`);
  }
}

@workflow({ name: 'delivery' })
class Delivery {
  async run(n: number) {
    const label = await this.label(n);
    const sent = await this.send(n);
    const part = n % 10 === 0 ? await child(Part, n, { id: `part of ${n}` }) : '';
    return [label.length, sent, part, await signal(z.string(), 'received')].join(' ');
  }

  @step()
  async label(n: number) {
    return `${n}`.padStart(n % 4 === 0 ? 20_000 : 900, '0');
  }

  @sideEffect({ idempotencyKey: (n) => `send ${n}`, onInDoubt: 'ask' })
  async send(n: number) {
    return `sent ${n}`;
  }
}

const count = 60;

async function open(file: string): Promise<DurableFlow> {
  const flow = await DurableFlow.open(file);
  flow.register(Part, () => new Part());
  return flow.register(Delivery, () => new Delivery());
}

/** A database in which some runs have ended and others wait, and its histories. */
let original: string;
const histories = new Map<string, History>();

beforeAll(async () => {
  original = join(mkdtempSync(join(tmpdir(), 'durableflow-test-')), 'app.db');
  const flow = await open(original);
  const runs = await Promise.all(
    Array.from({ length: count }, (_, n) => flow.start(Delivery, n, { id: `d-${n}`, attributes: { n: String(n) } })),
  );
  await Promise.all(runs.map((run) => run.settled()));
  for (let n = 0; n < count; n += 3) await flow.signal(`d-${n}`, 'received', 'yes');
  for (let n = 3; n < count; n += 3) if (n % 10 !== 0) await flow.run(`d-${n}`).result();
  for (const { id } of flow.runs({ limit: 1000 })) histories.set(id, flow.exportHistory(id));
  await flow.close();
  const db = new Database(original);
  db.exec(`CREATE TABLE notes (text TEXT); CREATE INDEX notes_by_text ON notes (text); INSERT INTO notes VALUES ('mine')`);
  db.exec(`CREATE VIEW loud_notes AS SELECT upper(text) AS text FROM notes`);
  // Each table has pages next to each other then, and the journal is the last of the large ones.
  db.exec('VACUUM');
  db.close();
});

afterAll(() => rmSync(dirname(original), { recursive: true }));

function copied(): string {
  const file = join(tempFolder(), 'app.db');
  copyFileSync(original, file);
  return file;
}

/** The pages of a table or of an index, by their kind. */
function pagesOf(file: string, name: string, kind: 'leaf' | 'internal' | 'overflow'): number[] {
  const db = new Database(file, { readonly: true });
  const pages = db.prepare('SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pageno').pluck().all(name, kind);
  db.close();
  return pages as number[];
}

function runsIn(file: string): number {
  const db = new Database(file, { readonly: true });
  const runs = db.prepare('SELECT count(*) FROM runs').pluck().get() as number;
  db.close();
  return runs;
}

function overwrite(file: string, page: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, (page - 1) * 4096);
  closeSync(handle);
}

/** Repairs it, and sees that what is said of the new file is so. */
async function repaired(file: string) {
  const [before, files] = [readFileSync(file), readdirSync(dirname(file))];
  const target = `${file}.repaired`;
  const repair = repairDatabase(file, target);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(dirname(file)).toSorted()).toEqual([...files, 'app.db.repaired'].toSorted());
  expect(inspectDatabase(target, { full: true })).toMatchObject({ damage: [], unfit: [] });
  const flow = await open(target);
  const lost = repair.lost.map(({ id }) => String(id));
  const kept = flow.runs({ limit: 1000 }).map(({ id }) => id);
  expect(repair.runs).toBe(kept.length);
  // Each run is in the one list or in the other.
  expect([...kept, ...lost].toSorted()).toEqual([...histories.keys()].toSorted());
  for (const id of kept) {
    const { journal, effects, signals, attributes } = histories.get(id)!;
    expect(flow.exportHistory(id)).toMatchObject({ journal, effects, signals, attributes });
    const n = Number(id.split('-')[1]);
    if (id.startsWith('part') || n % 10 === 0) continue;
    if (n % 3 !== 0) await flow.signal(id, 'received', 'yes');
    expect(await flow.run(id).result()).toBe(`${n % 4 === 0 ? 20_000 : 900} sent ${n}  yes`);
  }
  await flow.close();
  return { repair, lost };
}

describe('a repair', () => {
  it('that is killed in the middle has made no file, and is made again', async () => {
    const file = copied();
    overwrite(file, pagesOf(file, 'journal', 'leaf')[0]!);
    const before = readFileSync(file);
    const target = `${file}.repaired`;
    let killed = 0;
    const made: number[] = [];
    for (let i = 0; i < 12; i++) {
      rmSync(`${target}.unfinished`, { force: true });
      const child = start(childCommand('repair', file));
      const over = once(child, 'close');
      while (child.exitCode === null && !existsSync(`${target}.unfinished`)) await pause(1);
      await pause(2 * i);
      child.kill('SIGKILL');
      await over;
      if (existsSync(target)) made.push(runsIn(target));
      else killed++;
      rmSync(target, { force: true });
    }
    expect(killed).toBeGreaterThan(3);
    const { runs, lost } = repairDatabase(file, target);
    expect(runs + lost.length).toBe(histories.size);
    expect(new Set([...made, runs])).toEqual(new Set([runs]));
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith('app.db.'))).toEqual(['app.db.repaired']);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(inspectDatabase(target, { full: true })).toMatchObject({ damage: [], unfit: [] });
  });

  it('of a sound file is the same file, with all that is not ours', async () => {
    const file = copied();
    const { repair, lost } = await repaired(file);
    expect([lost, repair.incomplete]).toEqual([[], []]);
    const db = new Database(repair.file);
    expect(db.prepare('SELECT text FROM loud_notes').all()).toEqual([{ text: 'MINE' }]);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'notes_by_text'`).all()).toHaveLength(1);
    db.close();
  });

  it.each([
    ['runs', 'leaf'],
    ['journal', 'leaf'],
    ['effects', 'leaf'],
    ['signals', 'leaf'],
    ['blobs', 'overflow'],
  ] as const)('leaves out the runs of a page of %s (%s), and names them', async (table, kind) => {
    const file = copied();
    const pages = pagesOf(file, table, kind);
    overwrite(file, pages[Math.floor(pages.length / 2)]!);
    const { lost, repair } = await repaired(file);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(table === 'effects' || table === 'signals' ? histories.size : histories.size / 2);
    expect(repair.incomplete).toEqual(table === 'blobs' ? [] : [table]);
    for (const { why } of repair.lost) expect(why.join()).not.toBe('');
  });

  it.each(['sqlite_autoindex_runs_1', 'signals_of_run', 'effects_by_key', 'runs_by_parent', 'sqlite_autoindex_blobs_1'])(
    'loses nothing where only the index %s is damaged',
    async (index) => {
      const file = copied();
      for (const kind of ['leaf', 'internal'] as const) for (const page of pagesOf(file, index, kind)) overwrite(file, page);
      expect((await repaired(file)).lost).toEqual([]);
    },
  );

  it('saves what was not cut off', async () => {
    const file = copied();
    truncateSync(file, statSync(file).size - 4 * 4096);
    const { lost, repair } = await repaired(file);
    expect(lost.length).toBeGreaterThan(0);
    expect(repair.runs).toBeGreaterThan(0);
  });

  it('names what a lost run has done, so that it is not done again unknowingly', async () => {
    const file = copied();
    const db = new Database(file);
    db.exec(`UPDATE journal SET value = '[broken' WHERE run = (SELECT row FROM runs WHERE id = 'd-5') AND seq = 0`);
    db.close();
    expect(inspectDatabase(file, { full: true }).unfit).toEqual([
      { runId: 'd-5', what: ['the outcome of call 0: a recorded value cannot be decoded'] },
    ]);
    const { repair } = await repaired(file);
    expect(repair.lost).toEqual([
      {
        id: 'd-5',
        why: ['the outcome of call 0: a recorded value cannot be decoded'],
        effects: [{ method: 'send', key: 'send 5', state: 'done' }],
      },
    ]);
  });

  it('of a file of an older version makes one of this version', () => {
    const file = join(tempFolder(), 'app.db');
    const db = createTables(file, 7);
    const input = encode(1, 'the input');
    db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, created_at, updated_at, input_digest, input) VALUES ('old', 'w', '1', 'pending', 1, 1, 1, ?, ?)`,
    ).run(digest(input), input);
    for (let seq = 0; seq < 3; seq++)
      db.prepare(`INSERT INTO journal VALUES (1, ?, ?, 'step', 'd', 'returned', 1, 1, 1, ?)`).run(seq, seq, input);
    db.close();
    const { lost, runs } = repairDatabase(file, `${file}.repaired`);
    expect([lost, runs]).toEqual([[], 1]);
    const store = new SqliteStore(`${file}.repaired`);
    expect(store.journal('old').map(({ seq, value }) => [seq, value])).toEqual([0, 1, 2].map((seq) => [seq, input]));
    void store.close();
  });

  it('never overwrites a file, and leaves none half made', async () => {
    const file = copied();
    repairDatabase(file, `${file}.new`);
    expect(await errorCode(() => repairDatabase(file, `${file}.new`))).toBe('DF_INVALID_INPUT');
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(3000, 0xa5), 0, 3000, 100);
    closeSync(handle);
    expect(await errorCode(() => repairDatabase(file, `${file}.other`))).toBe('DF_STORE_CORRUPT');
    expect(existsSync(`${file}.other`)).toBe(false);
    expect(readdirSync(dirname(file)).toSorted()).toEqual(['app.db', 'app.db.new']);
  });
});
