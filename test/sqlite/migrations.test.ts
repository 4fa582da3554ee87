import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { migrations } from '../../sdk/sqlite/migrations.js';
import { eventually } from '../fixtures/eventually.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { contentNow, olderFile, olderVersions, versionOf } from './older-versions.js';

@workflow({ name: 'nothing' })
class Nothing {
  async run() {}
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

describe('a file that a newer version has migrated', () => {
  it('is written no more by a process that had it open before', async () => {
    const file = join(tempFolder(), 'app.db');
    const flow = await openFlow(file);
    flow.register(Nothing, () => new Nothing());
    await (await flow.start(Nothing)).result();
    const db = new Database(file);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    await eventually(async () => (await flow.start(Nothing).then(() => '', codeOf)) === 'DF_STORE_NEWER');
    expect(await errorCode(DurableFlow.open(file))).toBe('DF_STORE_NEWER');
  });
});

describe('a file of an older version', () => {
  it.each(olderVersions)('is migrated with all that is in it: %i', async (version) => {
    const file = join(tempFolder(), 'app.db');
    const before = olderFile(file, version);
    for (const { rows } of before.values()) expect(rows).toHaveLength(5);
    await (await DurableFlow.open(file)).close();
    expect(versionOf(file)).toBe(migrations.length);
    expect(contentNow(file, before)).toEqual(before);
    expect(inspectDatabase(file).damage).toEqual([]);
  });
});
