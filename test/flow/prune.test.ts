import Database from 'better-sqlite3';
import { join } from 'node:path';
import { approval, sideEffect, signal, sleep, SqliteBudgetLedger, SqliteStore, step, workflow, type BudgetScope } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../fixtures/eventually.js';
import { memoryStore } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { stage, virtualFlow } from '../fixtures/virtual-flow.js';

const large = (seed: string) => seed.repeat(30_000);

/** Leaves something in every table. */
@workflow({ name: 'prune/rich' })
class Rich {
  async run({ text, stays = false }: { text: string; stays?: boolean }) {
    await this.gated();
    await this.send(text);
    await signal(z.string(), 'go');
    if (stays) await sleep('365d');
    return this.large(text);
  }

  @approval()
  @step()
  async gated() {}

  @sideEffect({ idempotencyKey: (text) => `send:${text.length}:${text[0]}` })
  async send(text: string) {
    return text.length;
  }

  @step()
  async large(text: string) {
    return text;
  }
}

@workflow({ name: 'prune/plain' })
class Plain {
  async run(outcome: 'ok' | 'fail' | 'wait') {
    if (outcome === 'fail') throw new Error('failed');
    if (outcome === 'wait') await sleep('365d');
  }
}

/** What is left of runs in the file, by table. */
function rows(file: string): Record<string, number> {
  const db = new Database(file, { readonly: true });
  const tables = ['runs', 'journal', 'approvals', 'votes', 'effects', 'waits', 'signals', 'attributes', 'blobs'];
  const counts = tables.map((table) => [table, (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n] as const);
  db.close();
  return Object.fromEntries(counts.filter(([, n]) => n > 0));
}

describe('prune', () => {
  it('removes everything of an ended run, and leaves the others whole', async () => {
    const file = join(tempFolder(), 'app.db');
    const { open, clock } = stage(new SqliteStore(file, { durability: 'process-crash' }));
    const flow = await open([Rich]);
    const start = async (id: string, input: { text: string; stays?: boolean }) => {
      const run = await flow.start(Rich, input, { id, attributes: { id } });
      await run.settled();
      await flow.approve(flow.approvals({ runId: id })[0]!.id, { by: 'ann' });
      await flow.signal(id, 'go', 'now');
      await flow.signal(id, 'unread', 'later').catch(() => {});
      return run;
    };
    // One large text is shared by both, one is the ended run's alone.
    await (await start('ended', { text: large('a') })).result();
    const stays = await start('stays', { text: large('b'), stays: true });
    await flow.start(Rich, { text: large('a') }, { id: 'shares' });
    await eventually(() => flow.countRuns().waiting === 2);
    const before = rows(file);
    expect(before).toMatchObject({ votes: 2, effects: 2, signals: expect.any(Number), attributes: 2 });
    await clock.advance('1h');
    expect(await flow.prune({ olderThan: '30m' })).toBe(1);
    expect(await errorCode(() => flow.run('ended'))).toBe('DF_UNKNOWN_RUN');
    const after = rows(file);
    expect(after).toMatchObject({ runs: 2, votes: 1, effects: 1, attributes: 1 });
    expect(flow.show('shares').input).toEqual({ text: large('a') });
    await clock.advance('365d');
    expect(await stays.result()).toBe(large('b'));
    await flow.cancel('shares');
    await clock.advance('1h');
    expect(await flow.prune({ olderThan: 0 })).toBe(2);
    expect(rows(file)).toEqual({});
  });

  it('leaves what has ended more recently, and what has not ended', async () => {
    const { flow, clock } = await virtualFlow(Plain);
    await (await flow.start(Plain, 'ok', { id: 'old' })).result();
    await (await flow.start(Plain, 'wait', { id: 'waits' })).settled();
    await clock.advance('2d');
    await (await flow.start(Plain, 'ok', { id: 'new' })).result();
    expect(await flow.prune({ olderThan: '1d' })).toBe(1);
    expect(
      flow
        .runs()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['new', 'waits']);
  });

  it('takes only one status, if told so', async () => {
    const { flow, clock } = await virtualFlow(Plain);
    await (await flow.start(Plain, 'ok')).settled();
    await (await flow.start(Plain, 'fail')).settled();
    await clock.advance('2d');
    expect(await flow.prune({ olderThan: '1d', status: 'failed' })).toBe(1);
    expect(flow.countRuns()).toEqual({ completed: 1 });
  });

  it('goes in batches, tells of its progress, and lets others work meanwhile', async () => {
    const { flow, clock, events } = await virtualFlow(Plain);
    const runs = await Promise.all(Array.from({ length: 450 }, () => flow.start(Plain, 'ok')));
    await Promise.all(runs.map((run) => run.settled()));
    await clock.advance('2d');
    const progress: number[] = [];
    const pruning = flow.prune({ olderThan: '1d', onProgress: (deleted) => progress.push(deleted) });
    await (await flow.start(Plain, 'ok')).result();
    expect(progress.length).toBeLessThan(3);
    expect(await pruning).toBe(450);
    expect(progress).toEqual([200, 400, 450]);
    expect(events.filter(({ event }) => event === 'runs.pruned')).toMatchObject([{ runs: 450 }]);
  });

  it('takes the budgets of a run and its steps with it, and those of no other', async () => {
    const file = join(tempFolder(), 'app.db');
    const { open, clock } = stage(new SqliteStore(file, { durability: 'process-crash' }));
    const flow = await open([Plain]);
    await (await flow.start(Plain, 'ok', { id: 'a' })).result();
    await using ledger = new SqliteBudgetLedger(file);
    const scope = (kind: BudgetScope['kind'], key: string): BudgetScope => ({ kind, key, limitMicros: 100 });
    const ofRun = [scope('run', 'a'), scope('step', 'a/0'), scope('step', 'a/12')];
    const ofOthers = ['a/1', 'a0', 'b'].flatMap((id) => [scope('run', id), scope('step', `${id}/0`)]);
    const late = await ledger.reserve([...ofRun, ...ofOthers, scope('day', '2030-01-01'), scope('workflow', 'prune/plain')], 10);
    await clock.advance('1h');
    expect(await flow.prune({ olderThan: '30m' })).toBe(1);
    // A process that was left behind settles now.
    await ledger.settle(late, 4);
    const left = flow.spend().budgets.map(({ kind, key, committedMicros }) => `${kind} ${key} ${committedMicros}`);
    expect(left.sort()).toEqual(
      ['day 2030-01-01 4', 'workflow prune/plain 4', ...ofOthers.map(({ kind, key }) => `${kind} ${key} 4`)].sort(),
    );
  });

  it('of nothing deletes nothing; of a bad length is refused', async () => {
    const { flow } = await virtualFlow(Plain);
    expect(await flow.prune({ olderThan: '1d' })).toBe(0);
    expect(await errorCode(flow.prune({ olderThan: 'soon' as never }))).toBe('DF_INVALID_INPUT');
  });

  it('does not give the place of a deleted run to a stranger, whom an old lease could then write to', async () => {
    const store = memoryStore();
    const join = (id: string) => store.join({ id, host: 'h', pid: 1, processStart: '', expiresAt: Number.MAX_SAFE_INTEGER });
    await Promise.all(['stale', 'alive'].map(join));
    const run = { workflow: 'w', version: '1', input: '1', inputDigest: 'd', at: 1 };
    const started = await store.start({ ...run, id: 'a', owner: 'stale' });
    const old = started.kind === 'started' ? started.lease! : expect.fail('not started');
    // The process is taken for dead, and another one brings its run to the end.
    await store.leave('stale');
    const { lease } = (await store.claim('a', 'alive', 2))!;
    await store.finish(lease, { status: 'completed', outcome: '1', at: 3 });
    expect(await store.prune({ before: 4, limit: 10 })).toBe(1);
    await store.start({ ...run, id: 'b', owner: 'alive' });
    expect(await errorCode(store.finish(old, { status: 'failed', outcome: '1', at: 5 }))).toBe('DF_FENCED');
    expect(store.run('b')!.status).toBe('running');
  });
});
