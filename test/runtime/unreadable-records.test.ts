import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, now, signal, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';

const large = 'x'.repeat(20_000);

@workflow({ name: 'letter' })
class Letter {
  async run(name: string) {
    const at = now();
    const text = await this.write(name).catch(() => 'caught, which it must not be');
    return [at.getTime() > 0, text.length, await signal(z.string(), 'sent')];
  }

  @step()
  async write(_name: string) {
    return large;
  }
}

async function open(file: string): Promise<DurableFlow> {
  const flow = await DurableFlow.open(file, { pollInterval: 5 });
  return flow.register(Letter, () => new Letter());
}

/** Two runs that wait for a signal, one of whose records was damaged on the disk. */
async function damaged(sql: string): Promise<string> {
  const file = join(tempFolder(), 'app.db');
  const flow = await open(file);
  for (const id of ['bad', 'good']) await (await flow.start(Letter, 'ann', { id })).settled();
  await flow.close();
  const db = new Database(file);
  db.exec(sql.replace('BAD', `(SELECT row FROM runs WHERE id = 'bad')`));
  db.close();
  return file;
}

describe('a run with a record that cannot be read', () => {
  it.each([
    ['its input', `UPDATE runs SET input = '[{' WHERE id = 'bad'`],
    ['a note', `UPDATE journal SET value = '[' WHERE seq = 0 AND run = BAD`],
    ['an outcome', `UPDATE journal SET value = '"' WHERE seq = 1 AND run = BAD`],
    ['an error', `UPDATE journal SET value = '[1]', outcome = 'threw' WHERE seq = 1 AND run = BAD`],
    ['a large value that is missing', `UPDATE journal SET value = '@gone' WHERE seq = 1 AND run = BAD`],
  ])('stands still, and others go on: %s', async (_what, sql) => {
    const file = await damaged(sql);
    const flow = await open(file);
    for (const id of ['bad', 'good']) await flow.signal(id, 'sent', 'yes');
    expect(await flow.run('good').result()).toEqual([true, 20_000, 'yes']);
    expect(await errorCode(flow.resume('bad').then(() => flow.run('bad').result()))).toBe('DF_STORE_CORRUPT');
    await flow.close();
    const db = new Database(file);
    expect(db.prepare(`SELECT status, outcome FROM runs WHERE id = 'bad'`).get()).toEqual({ status: 'pending', outcome: null });
    db.close();
  });

  it('is not shown with a large value that is another one by now', async () => {
    const file = await damaged(`UPDATE blobs SET text = replace(text, 'xx', 'yy')`);
    const flow = await open(file);
    expect(await errorCode(() => flow.show('bad'))).toBe('DF_STORE_CORRUPT');
    await flow.close();
  });

  it('is not waited for where it cannot even be found what can go on', async () => {
    const file = await damaged('SELECT 1');
    const db = new Database(file);
    const page = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'runs_pending'`).pluck().get() as number;
    db.close();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, (page - 1) * 4096);
    closeSync(handle);
    const flow = await open(file);
    expect(await errorCode(flow.run('good').result())).toBe('DF_STORE_CORRUPT');
    await flow.close();
  });
});
