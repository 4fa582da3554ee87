import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../fixtures/temp-folder.js';
import { Hoarder } from './hoarder.js';
import { answer, childCommand, start, withFileLimit } from './run-child.js';

/** A disk of 16 MB on this folder, seen by the command only. */
const onSmallDisk = (folder: string, command: readonly string[]) => [
  'unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@"', folder, ...command,
]; // prettier-ignore

function canMount(): boolean {
  const [command = '', ...args] = onSmallDisk('/mnt', ['true']);
  return spawnSync(command, args).status === 0;
}

describe('a full disk', { timeout: 60_000 }, () => {
  it.runIf(canMount())('stops a run that goes on in the same process when there is space again', async () => {
    const folder = join(tempFolder(), 'disk');
    mkdirSync(folder);
    const { ok } = (await answer(start(onSmallDisk(folder, childCommand('hoardAndMakeRoom', join(folder, 'app.db')))))) as {
      ok: { full: unknown; kept: number; result: number; again: number };
    };
    expect(ok).toMatchObject({ full: 'DF_STORE_FULL', result: 6_000_000 });
    expect(ok.kept).toBeGreaterThan(0);
    expect(ok.kept).toBeLessThan(60);
    // Only the step whose record was refused ran twice (or that of a second refusal before there was space).
    expect(ok.again).toBeLessThanOrEqual(2);
  });

  it('stops a run that goes on in another process when there is space again', async () => {
    const file = join(tempFolder(), 'app.db');
    expect(await answer(start(withFileLimit(6000, childCommand('hoard', file))))).toEqual({ code: 'DF_STORE_FULL' });
    const check = new Database(file);
    expect(check.pragma('integrity_check', { simple: true })).toBe('ok');
    check.close();
    Hoarder.executed = [];
    const flow = await DurableFlow.open(file);
    flow.register(Hoarder, () => new Hoarder());
    const kept = flow.show('r').steps.length;
    expect(kept).toBeGreaterThan(0);
    expect(await flow.run('r').result()).toBe(6_000_000);
    expect(Hoarder.executed).toHaveLength(60 - kept);
    await flow.close();
  });

  it.each([40, 100])('in the middle of making the tables leaves nothing half made: %i blocks', async (blocks) => {
    const file = join(tempFolder(), 'app.db');
    expect(await answer(start(withFileLimit(blocks, childCommand('hoard', file))))).toEqual({ code: 'DF_STORE_FULL' });
    const check = new Database(file);
    expect(check.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    expect(check.pragma('user_version', { simple: true })).toBe(0);
    check.close();
    const flow = await DurableFlow.open(file);
    expect(flow.runs()).toEqual([]);
    await flow.close();
  });
});
