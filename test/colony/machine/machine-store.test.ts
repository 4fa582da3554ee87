import type { JournalRecord } from '../../../sdk/journal/index.js';
import type { Claim, Lease, Store } from '../../../sdk/store/index.js';
import { describe, expect, it } from 'vitest';
import { machineStore, type StoreGate } from '../../../colony/machine/machine-store.js';
import { deferred } from '../../fixtures/deferred.js';

const lease: Lease = { runId: 'job-1', epoch: 1, row: 1 };
const record = { call: 3 } as JournalRecord;

function around(gate: Partial<StoreGate> = {}) {
  const log: string[] = [];
  const inner = new Proxy({} as Store, {
    get: (_, name) => (name === 'run' ? (id: string) => ({ id }) : async () => (log.push(String(name)), name === 'claim' ? { lease } : name === 'transact' ? record : undefined)),
  }); // prettier-ignore
  const store = machineStore(inner, { assigned: 'job-1', assertAlive: () => {}, ...gate });
  return { log, store };
}

describe('machineStore', () => {
  it('lets no write overtake one that is held up, and answers reads at once', async () => {
    const way = deferred();
    const { log, store } = around({ beforeAppend: () => way.promise });
    const writes = [store.append(lease, record), store.heartbeat('me', 1), store.release(lease, 1)];
    expect(store.run('job-1')).toMatchObject({ id: 'job-1' });
    await Promise.resolve();
    expect(log).toEqual([]);
    way.resolve();
    await Promise.all(writes);
    await store.join({ id: 'me' } as never);
    expect(log).toEqual(['append', 'heartbeat', 'release', 'join']);
  });

  it('goes on with the others if what it waited for fails', async () => {
    const { log, store } = around({ beforeAppend: () => Promise.reject(new Error('cut off')) });
    const [append, release] = [store.append(lease, record), store.release(lease, 1)];
    await expect(append).rejects.toThrow('cut off');
    await release;
    expect(log).toEqual(['release']);
  });

  it('writes nothing of a machine that is gone, whether it was held up or not', async () => {
    const way = deferred();
    let isGone = false;
    const told: number[] = [];
    const { log, store } = around({
      beforeAppend: () => way.promise,
      afterAppend: (_, call) => void told.push(call),
      assertAlive() {
        if (isGone) throw new Error('gone');
      },
    });
    const held = store.append(lease, record);
    isGone = true;
    way.resolve();
    await expect(held).rejects.toThrow('gone');
    await expect(store.finish(lease, { status: 'completed', outcome: '', at: 1 })).rejects.toThrow('gone');
    expect([log, told]).toEqual([[], []]);
  });

  it('tells of outcomes that are on record: of those of transactions, too', async () => {
    const told: [string, number][] = [];
    const { log, store } = around({ afterAppend: (run, call) => void told.push([run, call]) });
    await store.append(lease, record);
    expect(await store.transact(lease, () => 1, () => record)).toBe(record); // prettier-ignore
    expect(told).toEqual([['job-1', 3], ['job-1', 3]]); // prettier-ignore
    expect(log).toEqual(['append', 'transact']);
  });

  it('takes up what it is told to, and nothing else', async () => {
    const claims: Claim[] = [];
    const { store } = around({ onClaim: (claim) => claims.push(claim) });
    expect(store.claimable([], 0, 10)).toEqual(['job-1']);
    expect(around({ assigned: undefined }).store.claimable([], 0, 10)).toEqual([]);
    await store.claim('job-1', 'me', 0);
    expect(claims).toEqual([{ lease }]);
    expect([store.owners(), store.versions(), store.changed()]).toEqual([[], [], false]);
  });
});
