import { SqliteBudgetLedger } from 'durableflow';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import { tempFolder } from '../fixtures/temp-folder.js';

async function storeWith(...ids: readonly string[]): Promise<SqliteStore> {
  const store = new SqliteStore(':memory:');
  for (const [at, id] of ids.entries())
    await store.start({ id, workflow: at % 2 ? 'odd' : 'even', version: '1', input: '[1]', inputDigest: 'd', at, owner: undefined });
  return store;
}

describe('runs', () => {
  it('are found page by page, by several statuses, by part of an id, and by an attribute', async () => {
    const store = await storeWith('a-1', 'a-2', 'B-1', 'a%1', 'x=y');
    await store.cancel('a-2', 'r', '[1]', 9);
    await store.setAttributes('B-1', { customer: 'ada=1' });
    const ids = (query: Parameters<typeof store.runs>[0]) => store.runs(query).map(({ id }) => id);
    expect(ids({ before: 'a%1', limit: 2 })).toEqual(['B-1', 'a-2']);
    expect(ids({ before: 'nobody' })).toEqual([]);
    expect(ids({ status: ['cancelled', 'completed'] })).toEqual(['a-2']);
    expect(ids({ status: [] })).toEqual([]);
    expect(ids({ search: '-1' })).toEqual(['B-1', 'a-1']);
    expect(ids({ search: 'b-' })).toEqual(['B-1']);
    // It is text, and no pattern.
    expect(ids({ search: '%' })).toEqual(['a%1']);
    expect(ids({ search: 'customer=ada=1' })).toEqual(['B-1']);
    expect(ids({ search: 'x=y' })).toEqual(['x=y']);
    expect(ids({ search: '' })).toHaveLength(5);
    expect(store.workflows()).toEqual(['even', 'odd']);
    await store.close();
  });
});

describe('a run that is claimed again', () => {
  it('has a row for it, which goes with the run', async () => {
    const store = await storeWith('r');
    await store.join({ id: 'o', host: 'h', pid: 7, processStart: 's', expiresAt: 1e15 });
    const first = await store.claim('r', 'o', 10);
    expect(store.resumptions('r')).toEqual([]);
    await store.release(first!.lease, 11);
    const second = await store.claim('r', 'o', 12);
    expect(store.resumptions('r')).toEqual([{ epoch: 2, at: 12, host: 'h', pid: 7 }]);
    await store.finish(second!.lease, { status: 'completed', outcome: '[1]', at: 13 });
    expect(await store.prune({ before: 99, limit: 9 })).toBe(1);
    expect(store.read((db) => db.prepare('SELECT count(*) AS n FROM resumptions').get())).toEqual({ n: 0 });
    await store.close();
  });
});

describe('spend', () => {
  it('has each budget with its limit and what is set aside', async () => {
    const file = join(tempFolder(), 'app.db');
    const ledger = new SqliteBudgetLedger(file);
    const scope = (limitMicros: number) => [{ kind: 'day' as const, key: '2026-11-27', limitMicros }];
    await ledger.settle(await ledger.reserve(scope(900), 100), 60);
    await ledger.reserve(scope(1000), 300);
    await ledger.reserve([{ kind: 'run', key: 'r', limitMicros: Infinity }], 5);
    const store = new SqliteStore(file);
    expect(store.spend().budgets).toEqual([
      { kind: 'day', key: '2026-11-27', committedMicros: 360, reservedMicros: 300, limitMicros: 1000 },
      { kind: 'run', key: 'r', committedMicros: 5, reservedMicros: 5, limitMicros: undefined },
    ]);
    await store.close();
    await ledger.close();
  });
});
