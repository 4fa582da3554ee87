import { expect, it } from 'vitest';
import { ReplicaPool } from '../../sdk/restate/replica-pool.js';
import { RunReplica } from '../../sdk/restate/run-replica.js';
import { parked } from './refund-logs.js';

it('gives the same store to the next run, and nothing of the last run is in it', async () => {
  const pool = new ReplicaPool();
  const store = await pool.take();
  const replica = new RunReplica(store, 'a', { isWhole: false });
  for (const entry of parked('a')) await replica.apply(entry);
  expect([store.run('a')?.status, store.approvals({}).length, store.owners().length]).toEqual(['waiting', 1, 0]);
  await pool.give(store);
  const next = await pool.take();
  expect(next).toBe(store);
  expect([next.runs({}), next.approvals({}), next.decisions('a')]).toEqual([[], [], []]);
  const again = new RunReplica(next, 'b', { isWhole: false });
  for (const entry of parked('b')) await again.apply(entry);
  expect(next.runs({})).toMatchObject([{ id: 'b', status: 'waiting' }]);
  await pool.discard(next);
});

it('keeps no store that somebody may still hold on to, and none that has grown', async () => {
  const pool = new ReplicaPool();
  const first = await pool.take();
  await pool.discard(first);
  const second = await pool.take();
  expect(second).not.toBe(first);
  await second.write((db) => db.prepare(`INSERT INTO blobs (digest, text) VALUES ('a', ?)`).run('x'.repeat(4_000_000)));
  await pool.give(second);
  const third = await pool.take();
  expect(third).not.toBe(second);
  await pool.give(third);
  await pool.close();
});
