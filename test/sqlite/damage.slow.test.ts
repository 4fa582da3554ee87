import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DurableFlowError, SqliteStore, type RunRecord } from 'durableflow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairDatabase, type Repair } from '../../sdk/sqlite/repair-database.js';
import { isEnded } from '../../sdk/store/index.js';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { openPurchases, act, Purchase } from '../power-loss/purchase.js';

/** How many damaged files are tried. */
const damages = Number(process.env['DAMAGES'] ?? 400);

/** What can happen to a file. Places are parts of its size. */
type Damage =
  | { readonly kind: 'flip'; readonly log: boolean; readonly places: readonly number[]; readonly mask: number }
  | { readonly kind: 'zero' | 'noise'; readonly log: boolean; readonly place: number; readonly bytes: number }
  | { readonly kind: 'cut'; readonly log: boolean; readonly place: number }
  | { readonly kind: 'extended'; readonly log: boolean; readonly bytes: number }
  | { readonly kind: 'log-gone' | 'log-of-another' | 'file-of-another' | 'file-empty' };

const place = fc.integer({ min: 0, max: 999_999 }).map((n) => n / 1_000_000);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flip' as const), log: fc.boolean(), places: fc.array(place, { minLength: 1, maxLength: 6 }), mask: fc.integer({ min: 1, max: 255 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('zero' as const, 'noise' as const), log: fc.boolean(), place, bytes: fc.constantFrom(1, 16, 512, 4096, 20_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut' as const), log: fc.boolean(), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('extended' as const), log: fc.boolean(), bytes: fc.integer({ min: 1, max: 10_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('log-gone' as const, 'log-of-another' as const, 'file-of-another' as const, 'file-empty' as const) }) },
); // prettier-ignore

const behindSchema = fc.integer({ min: 40_000, max: 999_999 }).map((n) => n / 1_000_000);
/** In places of the file that hold more than its first page, without which there is nothing to save. */
const inFileOnly: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), log: fc.constant(false), places: fc.array(behindSchema, { minLength: 1, maxLength: 6 }), mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constantFrom('zero' as const, 'noise' as const), log: fc.constant(false), place: behindSchema, bytes: fc.constantFrom(1, 16, 512, 4096, 20_000) }),
  fc.record({ kind: fc.constant('cut' as const), log: fc.constant(false), place: fc.integer({ min: 900_000, max: 999_999 }).map((n) => n / 1_000_000) }),
); // prettier-ignore

/** Files as a killed process leaves them: some of what was written is in the file, the rest in its log. */
interface Files {
  readonly file: Buffer;
  readonly log: Buffer;
}

/** What a store tells of its runs, as far as it never changes once it is written. */
type Told = ReturnType<typeof tell>;

let folder: string;
let own: Files;
/** All of it in one file. */
let closed: Buffer;
/** A file whose runs wait for a signal. */
let waiting: Buffer;
let other: Files;
/** All that was written, and what of it was in the file itself. */
let written: Told;
let inFile: Told;

beforeAll(async () => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'durableflow-damage-'));
  [own, written, inFile] = await killed('own.db', 0);
  closed = readFileSync(join(folder, 'own.db'));
  [other] = await killed('other.db', 100);
  waiting = await parked('waiting.db');
});

afterAll(() => rmSync(folder, { recursive: true }));

async function killed(name: string, first: number): Promise<[Files, Told, Told]> {
  const file = join(folder, name);
  const store = new SqliteStore(file);
  const done = new Set<string>();
  const world = { happen: (key: string) => void done.add(key), has: (key: string) => done.has(key) };
  const flow = await openPurchases(store, world);
  const some = async (from: number, to: number) => {
    for (let n = from; n < to; n++) await (await flow.start(Purchase, n, { id: `run ${n}`, attributes: { n: String(n) } })).settled();
    while (flow.runs({ limit: 1000 }).some(({ status }) => !isEnded(status))) {
      await act(flow, world);
      await Promise.all(flow.runs({ limit: 1000 }).map(({ id }) => flow.run(id).settled()));
    }
  };
  await some(first, first + 12);
  store.read((db) => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get());
  store.read((db) => db.prepare('PRAGMA wal_autocheckpoint = 0').get());
  const before = tell(store);
  await some(first + 12, first + 24);
  const files = { file: readFileSync(file), log: readFileSync(`${file}-wal`) };
  const after = tell(store);
  await flow.close();
  return [files, after, before];
}

async function parked(name: string): Promise<Buffer> {
  const file = join(folder, name);
  const flow = await openPurchases(file, { happen: () => {}, has: () => false });
  const runs = await Promise.all(Array.from({ length: 12 }, (_, n) => flow.start(Purchase, n, { id: `run ${n}` })));
  const settled = () => Promise.all(runs.map((run) => run.settled()));
  await settled();
  for (const { id } of flow.approvals()) await flow.approve(id, { by: 'ann' });
  await settled();
  await flow.close();
  return readFileSync(file);
}

/** By run; undefined where it is refused with a code. */
function tell(store: SqliteStore) {
  return new Map(store.runs({ limit: 10_000 }).map((run) => [run.id, coded(() => tellRun(store, run))]));
}

function tellRun(store: SqliteStore, { id, workflow, version, input, createdAt }: RunRecord) {
  return {
    run: { workflow, version, input, createdAt },
    journal: store.journal(id),
    effects: store.effects(id).map(({ call, method, scope, key, digest }) => ({ call, method, scope, key, digest })),
    gates: store.approvals({ runId: id }).map(({ call, method, digest, args, show }) => ({ call, method, digest, args, show })),
    signals: store.signals(id).map(({ name, payload, sentAt }) => ({ name, payload, sentAt })),
    attributes: store.attributes(id),
  };
}

/** How many entries there are of each kind, but for those of which it is said that some may be missing. */
function sizesOf(run: object | undefined, { incomplete }: Repair) {
  const said = (name: string) => incomplete.includes(name === 'gates' ? 'approvals' : name);
  return Object.entries(run ?? {}).flatMap(([name, it]) => (said(name) ? [] : [[name, Object.keys(it as object).length]]));
}

function changed(bytes: Buffer, it: Damage): Buffer {
  const result = Buffer.from(bytes);
  const at = (part: number) => Math.floor(part * bytes.length);
  switch (it.kind) {
    case 'flip':
      for (const part of it.places) result[at(part)]! ^= it.mask;
      return result;
    case 'zero':
      return result.fill(0, at(it.place), Math.min(bytes.length, at(it.place) + it.bytes));
    case 'noise':
      for (let i = at(it.place); i < Math.min(bytes.length, at(it.place) + it.bytes); i++) result[i] = (i * 2_654_435_761) >>> 13;
      return result;
    case 'cut':
      return result.subarray(0, at(it.place));
    case 'extended':
      return Buffer.concat([result, Buffer.alloc(it.bytes, 0x5a)]);
    default:
      return result;
  }
}

function inflict(it: Damage): Files {
  if (it.kind === 'log-gone') return { file: own.file, log: Buffer.alloc(0) };
  if (it.kind === 'log-of-another') return { file: own.file, log: other.log };
  if (it.kind === 'file-of-another') return { file: other.file, log: own.log };
  if (it.kind === 'file-empty') return { file: Buffer.alloc(0), log: own.log };
  return 'log' in it && it.log ? { ...own, log: changed(own.log, it) } : { ...own, file: changed(own.file, it) };
}

/** `refused` with a code; `sound`; or what is told is not what was written, which doctor finds, or nothing does. */
type Fate = 'refused' | 'sound' | 'found' | 'unnoticed change' | 'unnoticed loss';

function fateOf(files: Files): Fate {
  const place = mkdtempSync(join(folder, 'case-'));
  const file = join(place, 'app.db');
  try {
    writeFileSync(file, files.file);
    if (files.log.length > 0) writeFileSync(`${file}-wal`, files.log);
    // The doctor looks at what was left, before anybody else does.
    mkdirSync(join(place, 'seen'));
    const seen = join(place, 'seen', 'app.db');
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, seen + suffix);
    return judged(file, seen);
  } finally {
    rmSync(place, { recursive: true });
  }
}

function judged(file: string, seen: string): Fate {
  const told = coded(() => {
    const store = new SqliteStore(file);
    try {
      return tell(store);
    } finally {
      void store.close();
    }
  });
  if (!told) return 'refused';
  const refused = [...told].flatMap(([id, it]) => (it ? [] : [id]));
  const lost = [...inFile].some(([id, it]) => !refused.includes(id) && (told.get(id)?.journal.length ?? -1) < it!.journal.length);
  const wrong = [...told].some(([id, it]) => it && !isPartOf(it, written.get(id)));
  if (!lost && !wrong) return refused.length > 0 ? 'refused' : 'sound';
  const condition = coded(() => inspectDatabase(seen, { full: true }));
  if (!condition || condition.damage.length > 0 || condition.unfit.length > 0) return 'found';
  return lost ? 'unnoticed loss' : 'unnoticed change';
}

/** Undefined if it is refused with a code of the store; any other error is one of the engine. */
function coded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DurableFlowError && error.code.startsWith('DF_STORE_')) return undefined;
    throw error;
  }
}

/** Earlier states of a run are sound, too: what was lost with the log was never more than its end. */
function isPartOf(it: object, whole: object | undefined): boolean {
  if (!whole) return false;
  return Object.entries(it).every(([name, value]) => {
    const expected = (whole as Record<string, unknown>)[name];
    if (Array.isArray(value)) return isDeepStrictEqual(value, (expected as unknown[]).slice(0, value.length));
    return isDeepStrictEqual(value, expected);
  });
}

/** Sends every run what it waits for, and says what becomes of each: its end, or the code of the error that is told. One whose wait has vanished stands still. */
async function ended(file: string): Promise<string[]> {
  const world = { happen: () => {}, has: () => true };
  const codeOf = (error: unknown) => {
    if (error instanceof DurableFlowError) return error.code as string;
    throw error;
  };
  const flow = await openPurchases(file, world, { pollInterval: 5 }).catch(codeOf);
  if (typeof flow === 'string') return [flow];
  try {
    const ids = Array.from({ length: 12 }, (_, n) => `run ${n}`);
    return await Promise.all(
      ids.map(async (id) => {
        const late = new Promise<string>((resolve) => setTimeout(resolve, 200, 'stands still'));
        const sent = async () => {
          await flow.signal(id, 'word', 'yes');
          await flow.run(id).result();
          return 'completed';
        };
        return Promise.race([sent().catch(codeOf), late]);
      }),
    );
  } finally {
    await flow.close({ grace: 0 }).catch(codeOf);
  }
}

describe('a damaged file', { timeout: 600_000 }, () => {
  it('is refused with a code, or tells what was written, or doctor --full finds it; nothing that is recorded vanishes unnoticed', () => {
    const fates = new Map<Fate, number>();
    fc.assert(
      fc.property(damage, (it) => {
        const fate = fateOf(inflict(it));
        fates.set(fate, (fates.get(fate) ?? 0) + 1);
        expect(fate).not.toBe('unnoticed loss');
      }),
      { numRuns: damages },
    );
    if (process.env['DAMAGES']) console.log(Object.fromEntries(fates));
    // Each of these happens, or the test tries too little.
    for (const fate of ['refused', 'sound', 'found'] as const) expect(fates.get(fate), fate).toBeGreaterThan(0);
    // SQLite has no checksums in the file, so a changed value that still decodes is told as if it had been written.
    expect(fates.get('unnoticed change') ?? 0).toBeLessThan(damages / 10);
  });

  it('is repaired to one that is sound: each run has all its records, or is lost by name, or the table is named that may lack rows', () => {
    const repairs = { refused: 0, whole: 0, partial: 0, changed: 0 };
    fc.assert(
      fc.property(inFileOnly, (it) => {
        const place = mkdtempSync(join(folder, 'case-'));
        const file = join(place, 'app.db');
        writeFileSync(file, changed(closed, it));
        const repair = coded(() => repairDatabase(file, `${file}.repaired`));
        if (repair) {
          expect(inspectDatabase(repair.file, { full: true })).toMatchObject({ damage: [], unfit: [] });
          const store = new SqliteStore(repair.file);
          const told = tell(store);
          void store.close();
          const known = new Set([...told.keys(), ...repair.lost.map(({ id }) => id)]);
          const nameless = repair.lost.filter(({ id }) => id === undefined).length;
          const isMissing = (id: string) => !known.has(id);
          if (!repair.incomplete.includes('runs')) expect([...written.keys()].filter(isMissing).length).toBeLessThanOrEqual(nameless);
          const differing = [...told].filter(([id, run]) => !isDeepStrictEqual(run, written.get(id)));
          repairs[differing.length > 0 ? 'changed' : repair.lost.length > 0 ? 'partial' : 'whole']++;
          // What is there is all there: only values may have changed.
          for (const [id, run] of differing) expect(sizesOf(run, repair), id).toEqual(sizesOf(written.get(id), repair));
        } else repairs.refused++;
        rmSync(place, { recursive: true });
      }),
      { numRuns: Math.ceil(damages / 4) },
    );
    if (process.env['DAMAGES']) console.log(repairs);
    expect(repairs.partial).toBeGreaterThan(0);
  });

  it('is executed on without an error that has no code', async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(inFileOnly, async (it) => {
        const place = mkdtempSync(join(folder, 'case-'));
        const file = join(place, 'app.db');
        writeFileSync(file, changed(waiting, it));
        for (const end of await ended(file)) ends.set(end, (ends.get(end) ?? 0) + 1);
        rmSync(place, { recursive: true });
      }),
      { numRuns: Math.ceil(damages / 4) },
    );
    if (process.env['DAMAGES']) console.log(Object.fromEntries(ends));
    for (const end of ['completed', 'DF_STORE_CORRUPT']) expect(ends.get(end), end).toBeGreaterThan(0);
  });

  it('in which a value has become another one that decodes is taken for sound, unless the value has a digest', () => {
    const replaced = (text: string, by: string) => ({
      ...own,
      file: Buffer.from(own.file.toString('latin1').replaceAll(text, by), 'latin1'),
    });
    expect(fateOf(replaced('["reserved 2"]', '["reserved 7"]'))).toBe('unnoticed change');
    expect(fateOf(replaced('3'.repeat(2000), '4'.repeat(2000)))).toBe('refused');
  });
});
