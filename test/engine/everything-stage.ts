import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Child } from '../crash/child.js';
import { Oracle } from '../crash/oracle.js';
import { bookingsOf } from './everything.js';
import type { EverythingOrders } from './everything-worker.js';

/** A fresh file and a fresh outside world. */
export interface EverythingStage {
  readonly oracle: Oracle;
  readonly db: string;
  /** Starts a process. */
  readonly child: (orders: Omit<EverythingOrders, 'db' | 'oracle'>) => Promise<Child>;
}

/** Sets the stage, and clears it away after the act. */
export async function onStage<T>(act: (stage: EverythingStage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'durableflow-engine-'));
  const oracle = await Oracle.open({ honoursKeys: false });
  const db = join(folder, 'runs.db');
  try {
    return await act({
      oracle,
      db,
      child: (orders) => Child.start({ ...orders, db, oracle: oracle.url } satisfies EverythingOrders, 'test/engine/everything-worker.ts'),
    });
  } finally {
    await oracle.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How often each of the runs is in the author's own table. */
export function bookings(file: string, runs: readonly string[]): number[] {
  const db = new Database(file);
  const counts = runs.map((id) => bookingsOf(db, id));
  db.close();
  return counts;
}
