import Database from 'better-sqlite3';
import { join } from 'node:path';
import { sleep, SqliteStore, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../fixtures/temp-folder.js';
import { stage } from '../fixtures/virtual-flow.js';

const megabyte = 'x'.repeat(1_000_000);

@workflow({ name: 'blobs' })
class Large {
  async run(text: string) {
    const copies = [await this.copy(text), await this.copy(text)];
    await sleep('1h');
    return copies[0] === copies[1] ? { copies } : 'different';
  }

  @step()
  async copy(text: string) {
    return text;
  }
}

async function inFile() {
  const file = join(tempFolder(), 'app.db');
  const it = stage(new SqliteStore(file, { durability: 'process-crash' }));
  const blobs = () => {
    const db = new Database(file, { readonly: true });
    const found = db.prepare('SELECT length(text) AS length FROM blobs ORDER BY length').all() as { length: number }[];
    db.close();
    return found.map(({ length }) => length);
  };
  return { ...it, blobs, flow: await it.open([Large]) };
}

describe('large values', () => {
  it('are kept once, whoever has them: input and records of two runs', async () => {
    const { flow, blobs, clock } = await inFile();
    const runs = await Promise.all(['a', 'b'].map((id) => flow.start(Large, megabyte, { id })));
    await Promise.all(runs.map((run) => run.settled()));
    expect(blobs()).toHaveLength(1);
    for (const run of runs) expect(await clock.until(run.result())).toEqual({ copies: [megabyte, megabyte] });
    // The outcome is another text: the same for both.
    expect(blobs()).toHaveLength(2);
    expect(flow.show('a').steps.map(({ value }) => value)).toEqual([megabyte, megabyte, undefined]);
  });

  it('go when the last run that has them is deleted', async () => {
    const { flow, blobs, clock } = await inFile();
    await clock.until((await flow.start(Large, megabyte, { id: 'a' })).result());
    await clock.advance('1h');
    await flow.start(Large, megabyte, { id: 'b' });
    await flow.run('b').settled();
    await flow.prune({ olderThan: '30m' });
    expect(blobs()).toHaveLength(1);
    expect(await clock.until(flow.run('b').result())).toEqual({ copies: [megabyte, megabyte] });
    await clock.advance('1h');
    await flow.prune({ olderThan: 0 });
    expect(blobs()).toEqual([]);
  });

  it('are no blobs if they are small, and cannot be mistaken for one', async () => {
    const { flow, blobs, clock } = await inFile();
    for (const text of ['small', `@${'a'.repeat(64)}`]) {
      const run = await flow.start(Large, text);
      expect(await clock.until(run.result())).toEqual({ copies: [text, text] });
    }
    expect(blobs()).toEqual([]);
  });

  it('survive export, import and fork', async () => {
    const { flow, clock, blobs } = await inFile();
    await clock.until((await flow.start(Large, megabyte, { id: 'a' })).result());
    const copy = await flow.importHistory(flow.exportHistory('a'), { id: 'copy' });
    expect(await copy.result()).toEqual({ copies: [megabyte, megabyte] });
    const forked = await flow.fork('a', { fromCall: 1, id: 'fork' });
    expect(await clock.until(forked.result())).toEqual({ copies: [megabyte, megabyte] });
    expect(blobs()).toHaveLength(2);
  });
});
