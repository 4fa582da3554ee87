import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqliteStore, VirtualClock } from 'durableflow';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { isEnded } from '../../sdk/store/index.js';
import { Randomness } from '../simulation/randomness.js';
import { missing } from './acknowledged.js';
import { Disk } from './disk.js';
import { act, openPurchases, outcomeOf, Purchase } from './purchase.js';
import { canTrace, tracedWrites, type Operation } from './traced-writes.js';
import type { Saying } from './writer-process.js';

/** How many losses of power are tried. */
const losses = Number(process.env['POWER_LOSSES'] ?? 600);
/** Of so many, one is looked into until all runs have come to their end. */
const perEnd = 12;
const purchases = 36;

const writer = fileURLToPath(new URL('writer-process.ts', import.meta.url));
const shared = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What a writing process has done, and said meanwhile. */
function recorded(durability: 'power-loss' | 'process-crash'): Operation[] {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-traced-'));
  const files = join(folder, 'files');
  mkdirSync(files);
  const command = [process.execPath, '--import', 'tsx', writer, join(files, 'app.db'), join(files, 'said'), durability];
  try {
    return tracedWrites(files, join(folder, 'traces'), command);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Loss {
  readonly file: string;
  /** What was said before the power was lost. */
  readonly sayings: readonly Saying[];
  readonly number: number;
}

/** Loses power at random moments of what was recorded, and tells of each what may be left. */
async function lose(count: number, operations: readonly Operation[], tell: (loss: Loss) => void | Promise<void>): Promise<void> {
  const random = new Randomness(20);
  const disk = new Disk();
  const sayings: Saying[] = [];
  const folder = mkdtempSync(join(shared, 'durableflow-power-loss-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const moments = Array.from({ length: count }, () => random.below(operations.length + 1)).sort((a, b) => a - b);
  let done = 0;
  for (const [number, moment] of moments.entries()) {
    for (; done < moment; done++) {
      const operation = operations[done]!;
      // The index of the log is shared memory, and made anew by who comes first, whatever is left of it.
      if ('file' in operation && operation.file.endsWith('-shm')) continue;
      if (operation.kind === 'write' && operation.file === 'said') sayings.push(JSON.parse(operation.bytes.toString()) as Saying);
      else disk.apply(operation);
    }
    const place = join(folder, String(number));
    mkdirSync(place);
    if (random.chance(0.25)) writeFileSync(join(place, 'app.db-shm'), Buffer.alloc(32_768, random.below(256)));
    for (const [name, content] of disk.afterPowerLoss(random)) if (name !== 'said') writeFileSync(join(place, name), content);
    await tell({ file: join(place, 'app.db'), sayings, number });
    rmSync(place, { recursive: true });
  }
}

/** What is wrong with what a loss of power has left. */
function wrong({ file, sayings }: Loss): string[] {
  let store: SqliteStore | undefined;
  try {
    store = new SqliteStore(file);
    return [...missing(store, sayings), ...inspected(file)];
  } catch (error) {
    return [String(error)];
  } finally {
    void store?.close();
  }
}

function inspected(file: string): string[] {
  const { damage, unfit } = inspectDatabase(file, { full: true });
  return [...damage, ...unfit.map(({ runId, what }) => `${runId}: ${what.join(', ')}`)];
}

/** All purchases are brought to their end, with what has happened in the world before. */
async function goesOn({ file, sayings }: Loss): Promise<void> {
  const happened = sayings.flatMap((saying) => ('happened' in saying ? [saying.happened] : []));
  const world = { happen: (key: string) => void happened.push(key), has: (key: string) => happened.includes(key) };
  const clock = new VirtualClock(new Date());
  const flow = await openPurchases(file, world, { clock });
  for (let n = 0; n < purchases; n++) await flow.start(Purchase, n, { id: `run ${n}` });
  for (let round = 0; !flow.runs({ limit: 1000 }).every(({ status }) => isEnded(status)); round++) {
    if (round > 200) throw new Error(`it does not come to its end: ${JSON.stringify(flow.runs().map(({ id, status }) => [id, status]))}`);
    await clock.advance(0);
    await act(flow, world);
    await clock.advance('1m');
  }
  for (let n = 0; n < purchases; n++) expect(flow.run(`run ${n}`).view().output).toBe(outcomeOf(n));
  await clock.until(flow.close());
  expect(happened.toSorted()).toEqual([...new Set(happened)].toSorted());
  expect(happened).toHaveLength(purchases * 2);
}

describe.runIf(canTrace())('a loss of power', { timeout: 600_000 }, () => {
  let operations: Operation[];

  beforeAll(() => {
    operations = recorded('power-loss');
  });

  const brokenBy = async (count: number, it: readonly Operation[]) => {
    const broken: string[] = [];
    await lose(count, it, (loss) => void broken.push(...wrong(loss)));
    return broken;
  };

  it('takes nothing that was acknowledged, at whatever moment', async () => {
    expect(await brokenBy(losses, operations)).toEqual([]);
  });

  it('leaves runs that go on, and repeat no effect', async () => {
    await lose(losses, operations, async (loss) => {
      if (loss.number % perEnd === 0) await goesOn(loss);
    });
  });

  it('is seen to take what was acknowledged if the engine does not ask for it to be on disk, or the disk lies about that', async () => {
    const lost = expect.arrayContaining([expect.stringContaining('was acknowledged and is lost')]);
    expect(await brokenBy(40, recorded('process-crash'))).toEqual(lost);
    expect(
      await brokenBy(
        40,
        operations.filter(({ kind }) => kind !== 'sync'),
      ),
    ).toEqual(lost);
  });
});
