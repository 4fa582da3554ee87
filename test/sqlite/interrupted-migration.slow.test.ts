import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { migrations } from '../../sdk/sqlite/migrations.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { Disk } from '../power-loss/disk.js';
import { canTrace, tracedWrites } from '../power-loss/traced-writes.js';
import { Randomness } from '../simulation/randomness.js';
import { contentNow, olderFile, versionOf, type Content } from './older-versions.js';
import { answer, childCommand, start, withFileLimit } from './run-child.js';

/** Every migration has to do with it: those from the first, and the one that makes a table anew. */
const versions = [1, migrations.length - 1];

/** It is of the one version or of the other, all that was in it is there, and it can be migrated. */
async function goesOn(file: string, version: number, before: Content): Promise<number> {
  const found = versionOf(file);
  expect([version, migrations.length]).toContain(found);
  expect(contentNow(file, before)).toEqual(before);
  await (await DurableFlow.open(file)).close();
  expect(versionOf(file)).toBe(migrations.length);
  expect(contentNow(file, before)).toEqual(before);
  expect(inspectDatabase(file, { full: false }).damage).toEqual([]);
  return found;
}

describe.each(versions)('a migration from version %i', (version) => {
  it.runIf(canTrace())('is made whole or not at all, at whatever moment its process or the power is lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'durableflow-traced-'));
    const files = join(folder, 'files');
    mkdirSync(files);
    const file = join(files, 'app.db');
    const before = olderFile(file, version);
    const original = readFileSync(file);
    const operations = tracedWrites(files, join(folder, 'traces'), childCommand('open', file));
    rmSync(folder, { recursive: true });
    const random = new Randomness(version);
    const disk = new Disk(new Map([['app.db', original]]));
    const found: number[] = [];
    const place = tempFolder();
    for (const operation of operations) {
      const isShared = 'file' in operation && operation.file.endsWith('-shm');
      if (!isShared) disk.apply(operation);
      if (isShared || random.chance(0.5)) continue;
      for (const name of ['app.db', 'app.db-wal', 'app.db-shm']) rmSync(join(place, name), { force: true });
      for (const [name, content] of disk.afterPowerLoss(random)) writeFileSync(join(place, name), content);
      found.push(await goesOn(join(place, 'app.db'), version, before));
    }
    expect(new Set(found)).toEqual(new Set([version, migrations.length]));
  });

  it('for which there is no space left leaves the file as it was', async () => {
    const file = join(tempFolder(), 'app.db');
    const before = olderFile(file, version, 2000);
    expect(await answer(start(withFileLimit(400, childCommand('open', file))))).toEqual({ code: 'DF_STORE_FULL' });
    expect(versionOf(file)).toBe(version);
    await goesOn(file, version, before);
  });

  it('is made once, although several processes open the file', async () => {
    const file = join(tempFolder(), 'app.db');
    const before = olderFile(file, version, 500);
    const children = Array.from({ length: 4 }, () => start(childCommand('openTogether', file)));
    await Promise.all(children.map((child) => once(child.stdout!, 'data')));
    for (const child of children) child.stdin!.end();
    const answers = await Promise.all(children.map(answer));
    expect(answers).toEqual(Array(4).fill({ ok: 'opened' }));
    expect(await goesOn(file, version, before)).toBe(migrations.length);
  });
});
