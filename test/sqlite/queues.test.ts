import { SqliteStore, type NewRun, type QueueRecord } from 'durableflow';
import { join } from 'node:path';
import { onTestFinished, describe, expect, it } from 'vitest';
import { tempFolder } from '../fixtures/temp-folder.js';

const second = 1000;

/** Two connections to one file, as two processes have them, and a queue that both must keep to. */
async function shared(queue: Partial<QueueRecord>) {
  const file = join(tempFolder(), 'app.db');
  const stores = [1, 2].map(() => new SqliteStore(file, { durability: 'process-crash' })) as [SqliteStore, SqliteStore];
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
  for (const [i, store] of stores.entries()) {
    await store.join({ id: `owner-${i}`, host: 'h', pid: 1, processStart: '', expiresAt: Number.MAX_SAFE_INTEGER });
    await store.defineQueue({ name: 'q', all: {}, perKey: {}, ...queue });
  }
  let runs = 0;
  const start = async (options: Partial<NewRun> & { key?: string } = {}) => {
    const id = `r-${runs++}`;
    const { key, ...rest } = options;
    await stores[0].start({
      id,
      workflow: 'w',
      version: '1',
      input: '1',
      inputDigest: '',
      at: 0,
      owner: undefined,
      queue: { name: 'q', key },
      ...rest,
    });
    return id;
  };
  const claim = (by: 0 | 1, id: string, at: number) => stores[by].claim(id, `owner-${by}`, at);
  return { stores, start, claim };
}

describe('the queues of a file', () => {
  it('give one place to one connection, even if both ask at once', async () => {
    const { start, claim, stores } = await shared({ all: { concurrency: 1 } });
    const ids = [await start(), await start()];
    const claims = await Promise.all([claim(0, ids[0]!, 1), claim(1, ids[1]!, 1)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    const [held] = claims.filter((it) => it !== undefined);
    const other = ids.find((id) => id !== held!.run.id)!;
    expect(stores[1].claimable(['w@1'], 2, 10)).toEqual([]);
    await stores[held === claims[0] ? 0 : 1].finish(held!.lease, { status: 'completed', outcome: '1', at: 3 });
    expect(stores[1].claimable(['w@1'], 4, 10)).toEqual([other]);
    expect(await claim(1, other, 4)).toBeDefined();
  });

  it('count starts in any span, and say when the next one may be', async () => {
    const { start, claim, stores } = await shared({ all: { rate: { max: 2, per: 10 * second } } });
    const ids = await Promise.all(Array.from({ length: 3 }, () => start()));
    expect(await claim(0, ids[0]!, 1 * second)).toBeDefined();
    expect(await claim(1, ids[1]!, 5 * second)).toBeDefined();
    expect(await claim(0, ids[2]!, 6 * second)).toBeUndefined();
    expect(stores[0].nextWake(6 * second)).toBe(11 * second);
    expect(await claim(0, ids[2]!, 11 * second - 1)).toBeUndefined();
    expect(await claim(0, ids[2]!, 11 * second)).toBeDefined();
    expect(await claim(1, await start(), 12 * second)).toBeUndefined();
  });

  it('count each key for itself', async () => {
    const { start, claim } = await shared({ perKey: { concurrency: 1, rate: { max: 1, per: 10 * second } } });
    const [a1, a2, b] = [await start({ key: 'a' }), await start({ key: 'a' }), await start({ key: 'b' })];
    expect(await claim(0, a1, 1)).toBeDefined();
    expect(await claim(1, a2, 1)).toBeUndefined();
    expect(await claim(1, b, 1)).toBeDefined();
  });

  it('do not count a run twice that was taken over', async () => {
    const { start, claim, stores } = await shared({ all: { rate: { max: 2, per: 10 * second } } });
    const ids = [await start(), await start()];
    await claim(0, ids[0]!, 1);
    await stores[0].leave('owner-0');
    expect(await claim(1, ids[0]!, 2)).toBeDefined();
    expect(await claim(1, ids[1]!, 3)).toBeDefined();
  });

  it('let higher priorities go first, and delayed runs not before their time', async () => {
    const { start, stores } = await shared({});
    await start({ priority: 1 });
    await start({ priority: 3 });
    await start({ priority: 2 });
    await start({ priority: 9, startAt: 50 });
    expect(stores[1].claimable(['w@1'], 49, 10)).toEqual(['r-1', 'r-2', 'r-0']);
    expect(stores[1].claimable(['w@1'], 50, 10)).toContain('r-3');
    expect(stores[1].claimable(['w@2'], 50, 10)).toEqual([]);
  });
});
