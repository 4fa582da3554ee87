import { join } from 'node:path';
import { SqliteStore } from 'durableflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutcomeLog, type OutcomeLogOptions } from '../../../sdk/planner/planning/outcome-log.js';
import type { Outcome } from '../../../sdk/planner/planning/outcome.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

const day = 86_400_000;
const target = { id: 'small', model: 'm' };
const outcome = (stated: Partial<Outcome> = {}): Outcome => ({
  targetId: 'small', model: 'm', taskClass: 'chat', at: Date.now(), passed: true, latencyMs: 12.5, outputTokens: 40, ...stated,
}); // prettier-ignore

function openLog(file: string, options?: OutcomeLogOptions) {
  const store = new SqliteStore(file);
  onTestFinished(() => store.close());
  return { store, log: new OutcomeLog(store, { everyMs: 60_000, ...options }) };
}

const rows = (store: SqliteStore) =>
  (store.read((db) => db.prepare('SELECT count(*) AS n FROM planner_outcomes').get()) as { n: number }).n;

describe('outcomes', () => {
  it('count at once, and are all there after a clean stop', async () => {
    const file = join(tempFolder(), 'planner.db');
    const first = openLog(file);
    first.log.record(outcome());
    first.log.record(outcome({ passed: false, latencyMs: undefined, outputTokens: undefined }));
    first.log.record(outcome({ passed: undefined }));
    const known = first.log.history.track(target, 'chat');
    expect(known).toMatchObject({ verified: 2, passed: 1, timed: 2, latencyP50Ms: 12.5, usualOutput: 40 });
    expect(rows(first.store)).toBe(0);
    await first.log.close();
    expect(openLog(file).log.history.track(target, 'chat')).toEqual(known);
  });

  it('are written by batches, so that a crash loses the last one alone', async () => {
    const file = join(tempFolder(), 'planner.db');
    const { log, store } = openLog(file, { batch: 10 });
    for (let n = 0; n < 10; n++) log.record(outcome());
    await expect.poll(() => rows(store)).toBe(10);
    for (let n = 0; n < 8; n++) log.record(outcome());
    expect(log.history.track(target, 'chat').verified).toBe(18);
    // Nothing is closed: this is what another process finds when this one is gone.
    expect(openLog(file).log.history.track(target, 'chat').verified).toBe(10);
  });

  it('are written after a while, too', async () => {
    const { log, store } = openLog(':memory:', { everyMs: 5 });
    log.record(outcome());
    await expect.poll(() => rows(store)).toBe(1);
  });

  it('are bounded on file, by number and by age', async () => {
    let now = Date.now();
    const { log, store } = openLog(':memory:', { now: () => now });
    for (let n = 0; n < 450; n++) log.record(outcome({ at: now }));
    for (let n = 0; n < 3; n++) log.record(outcome({ at: now, taskClass: 'code' }));
    await log.flush();
    expect(rows(store)).toBe(203);
    now += 31 * day;
    log.record(outcome({ at: now }));
    await log.flush();
    expect(rows(store)).toBe(1);
  });

  it('that cannot be written are kept for the next time, in their order', async () => {
    const store = new SqliteStore(':memory:');
    onTestFinished(() => store.close());
    let full = true;
    const file = {
      read: store.read.bind(store),
      write: ((work) => (full ? Promise.reject(new Error('disk full')) : store.write(work))) as typeof store.write,
    };
    const log = new OutcomeLog(file, { everyMs: 60_000 });
    log.record(outcome({ outputTokens: 1 }));
    await expect(log.flush()).rejects.toThrow('disk full');
    log.record(outcome({ outputTokens: 2 }));
    full = false;
    await log.close();
    expect(store.read((db) => db.prepare('SELECT output_tokens AS n FROM planner_outcomes ORDER BY row').all())).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });
});
