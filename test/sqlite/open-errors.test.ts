import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, type DurableFlowError } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { sqliteError } from '../../sdk/sqlite/sqlite-error.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { Hoarder } from './hoarder.js';
import { answer, childCommand, start } from './run-child.js';

/** A database of ours, with a run in it, closed. */
async function ours(): Promise<string> {
  const file = join(tempFolder(), 'app.db');
  const flow = await DurableFlow.open(file);
  flow.register(Hoarder, () => new Hoarder());
  await (await flow.start(Hoarder, 5, { id: 'r' })).result();
  await flow.close();
  return file;
}

/** Opens it, and uses it, as an application would. */
async function use(file: string, busyTimeout = 5000): Promise<void> {
  const flow = await DurableFlow.open(file, { busyTimeout });
  try {
    flow.register(Hoarder, () => new Hoarder());
    flow.show('r');
    await (await flow.start(Hoarder, 1)).result();
  } finally {
    await flow.close();
  }
}

function overwrite(file: string, from: number, bytes: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(handle);
}

describe('a file that is not ours is refused and not touched:', () => {
  async function refused(file: string, code: string) {
    const before = readFileSync(file);
    expect(await errorCode(DurableFlow.open(file))).toBe(code);
    expect(readFileSync(file).equals(before)).toBe(true);
  }

  it('a text', async () => {
    const file = join(tempFolder(), 'notes.txt');
    writeFileSync(file, 'Buy milk.\n'.repeat(100));
    await refused(file, 'DF_STORE_FOREIGN');
  });

  it('a few bytes', async () => {
    const file = join(tempFolder(), 'short');
    writeFileSync(file, 'x');
    await refused(file, 'DF_STORE_FOREIGN');
  });

  it.each(['delete', 'wal'])("another program's database, in journal mode %s", async (mode) => {
    const file = join(tempFolder(), 'other.db');
    const db = new Database(file);
    db.pragma(`journal_mode = ${mode}`);
    db.exec('CREATE TABLE places (url TEXT); PRAGMA application_id = 7');
    db.close();
    await refused(file, 'DF_STORE_FOREIGN');
  });

  it('a database without an application id', async () => {
    const file = join(tempFolder(), 'other.db');
    const db = new Database(file);
    db.exec('CREATE TABLE runs (id TEXT)');
    db.close();
    await refused(file, 'DF_STORE_FOREIGN');
  });

  it('a database of a newer version', async () => {
    const file = await ours();
    const db = new Database(file);
    db.pragma('user_version = 999');
    db.close();
    await refused(file, 'DF_STORE_NEWER');
  });
});

describe('a path that cannot be a database is refused:', () => {
  it('a folder', async () => {
    expect(await errorCode(DurableFlow.open(tempFolder()))).toBe('DF_STORE_UNAVAILABLE');
  });

  it('a file in a folder that does not exist', async () => {
    expect(await errorCode(DurableFlow.open(join(tempFolder(), 'no', 'app.db')))).toBe('DF_STORE_UNAVAILABLE');
  });

  it('none at all', async () => {
    expect(await errorCode(DurableFlow.open(''))).toBe('DF_INVALID_INPUT');
    expect(await errorCode(DurableFlow.open(undefined as never))).toBe('DF_INVALID_INPUT');
  });
});

describe('a damaged database is reported as such:', () => {
  it('its schema overwritten', async () => {
    const file = await ours();
    overwrite(file, 100, 3000);
    expect(await errorCode(use(file))).toBe('DF_STORE_CORRUPT');
  });

  it('its pages overwritten', async () => {
    const file = await ours();
    const { size } = statSync(file);
    overwrite(file, 4096, size - 4096);
    expect(await errorCode(use(file))).toBe('DF_STORE_CORRUPT');
  });

  it('its second half cut off', async () => {
    const file = await ours();
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    expect(await errorCode(use(file))).toBe('DF_STORE_CORRUPT');
  });

  it('emptied, while its log is still there: it is not taken for a new one', async () => {
    const file = await ours();
    truncateSync(file, 0);
    writeFileSync(`${file}-wal`, 'the end of what was written');
    expect(await errorCode(use(file))).toBe('DF_STORE_CORRUPT');
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('the end of what was written');
  });

  it('the rest of its header overwritten', async () => {
    const file = await ours();
    overwrite(file, 16, 84);
    expect(await errorCode(use(file))).toMatch(/^DF_STORE_(CORRUPT|FOREIGN)$/);
  });
});

describe('a database that another process has locked', () => {
  it('is reported after busyTimeout, and works when the lock is gone', async () => {
    const file = await ours();
    const child = start(childCommand('lock', file));
    await once(child.stdout!, 'data');
    expect(await errorCode(use(file, 20))).toBe('DF_STORE_LOCKED');
    const flow = DurableFlow.open(file, { busyTimeout: 60_000 });
    child.stdin!.end();
    await once(child, 'exit');
    await (await flow).close();
    await use(file);
  });
});

describe('a place that may not be written', { timeout: 60_000 }, () => {
  it.each([
    ['file', (file: string) => chmodSync(file, 0o444)],
    ['folder', (file: string) => chmodSync(join(file, '..'), 0o555)],
  ])('is reported: a read-only %s', async (_what, protect) => {
    const file = await ours();
    const before = readFileSync(file);
    protect(file);
    // The file stays root's where root runs the tests, and the child gives its rights up.
    if (process.getuid?.() === 0) chmodSync(join(file, '..'), 0o555);
    expect(await answer(start(childCommand('unprivileged', file)))).toEqual({ code: 'DF_STORE_READONLY' });
    expect(readFileSync(file).equals(before)).toBe(true);
    chmodSync(join(file, '..'), 0o755);
    chmodSync(file, 0o644);
    await use(file);
  });

  it('is reported: a new file in a read-only folder', async () => {
    const folder = join(tempFolder(), 'locked');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    chmodSync(join(folder, '..'), 0o755);
    expect(await answer(start(childCommand('unprivileged', join(folder, 'new.db'))))).toEqual({ code: 'DF_STORE_READONLY' });
    chmodSync(folder, 0o755);
  });
});

describe('several processes', () => {
  it('may open a file that is not there yet, all at once', { timeout: 60_000 }, async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o777);
    const file = join(folder, 'new.db');
    const answers = await Promise.all(Array.from({ length: 4 }, () => answer(start(childCommand('unprivileged', file)))));
    expect(answers).toEqual(Array(4).fill({ ok: 'opened' }));
  });
});

describe('a driver that was not compiled', () => {
  // What `bindings` and Node say; the folder of the real one is shared by all tests.
  it.each([
    new Error('Could not locate the bindings file. Tried:\n → build/better_sqlite3.node'),
    Object.assign(new Error('The module was compiled against a different Node.js version'), { code: 'ERR_DLOPEN_FAILED' }),
  ])('is reported: $message', (cause) => {
    const error = sqliteError(cause, 'app.db') as DurableFlowError;
    expect(error).toMatchObject({ code: 'DF_STORE_DRIVER', cause });
    expect(error.message).toContain('npm rebuild better-sqlite3');
    expect(error.message).not.toContain('→');
  });
});
