import { RunDiverged, approval, sideEffect, step, workflow, type DurableFlow, type RunHandle } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';
import { keptOpen } from '../fixtures/wrapped-store.js';
import type { SqliteStore } from '../../sdk/sqlite/index.js';

const executed: string[] = [];
let code: (workflow: Changeable) => Promise<unknown>;

/** A workflow whose code the test changes between two processes. */
@workflow({ name: 'divergence' })
class Changeable {
  run() {
    return code(this);
  }

  @step()
  async first(n: number) {
    executed.push(`first(${n})`);
    return n;
  }

  @step()
  async second(n: number) {
    executed.push(`second(${n})`);
    return n;
  }

  @approval()
  @step()
  async gated(n: number) {
    executed.push(`gated(${n})`);
    return n;
  }

  @sideEffect({ idempotencyKey: (n) => `send:${n}` })
  async send(n: number) {
    executed.push(`send(${n})`);
    throw new Error('the connection broke');
  }
}

const original = async (workflow: Changeable) => {
  const a = await workflow.first(1);
  const b = await workflow.second(a + 1);
  return (await workflow.first(b + 1)) + 10;
};

beforeEach(() => {
  executed.length = 0;
});

/** Executes the code until two of its calls are recorded, and loses the process there. */
async function interrupted(): Promise<SqliteStore> {
  code = original;
  const store = memoryStore();
  const stopped = stoppedAfter(store, 2);
  const flow = await openFlow(keptOpen(stopped.store));
  flow.register(Changeable, () => new Changeable());
  await flow.start(Changeable, undefined, { id: 'r' });
  await stopped.happened;
  await flow.close({ grace: 0 });
  executed.length = 0;
  return store;
}

async function resumedWith(changed: typeof code, store: SqliteStore): Promise<{ flow: DurableFlow; run: RunHandle }> {
  code = changed;
  const flow = await openFlow(keptOpen(store));
  flow.register(Changeable, () => new Changeable());
  return { flow, run: flow.run('r') };
}

const changes: readonly [
  what: string,
  code: (workflow: Changeable) => Promise<unknown>,
  recorded: object | undefined,
  asked: object | undefined,
][] = [
  ['another method', async (it) => it.second(1), { call: 0, name: 'first' }, { call: 0, name: 'second' }],
  ['other arguments', async (it) => it.first(7), { call: 0, name: 'first' }, { call: 0, name: 'first' }],
  ['another order', async (it) => Promise.all([it.second(2), it.first(1)]), { call: 0, name: 'first' }, { call: 0, name: 'second' }],
  [
    'a new call in between',
    async (it) => {
      await it.first(1);
      await it.gated(1);
      return it.second(2);
    },
    { call: 1, name: 'second' },
    { call: 1, name: 'gated' },
  ],
  ['an end that comes too early', async (it) => it.first(1), { call: 1, name: 'second' }, undefined],
  [
    'an early failure',
    async (it) => {
      await it.first(1);
      throw new Error('new code');
    },
    { call: 1, name: 'second' },
    undefined,
  ],
];

describe('divergence', () => {
  it.each(changes)('%s stops the run, executes nothing, and names both sides', async (_what, changed, recorded, asked) => {
    const store = await interrupted();
    const { flow, run } = await resumedWith(changed, store);
    const error = await rejection(run.result());
    expect(error).toBeInstanceOf(RunDiverged);
    const { divergence } = error as RunDiverged;
    if (recorded) expect(divergence.recorded).toMatchObject(recorded);
    if (asked) expect(divergence.asked).toMatchObject(asked);
    else expect(divergence.asked).toBeUndefined();
    expect(executed).toEqual([]);
    expect(run.view().status).toBe('diverged');
    expect(flow.show('r').steps).toHaveLength(2);
    await flow.close();
  });

  it('says both sides and what to do in its message', async () => {
    const store = await interrupted();
    const { run } = await resumedWith(async (it) => it.second(1), store);
    expect(String(await rejection(run.result()))).toMatch(/journal holds call 0 first .*asked for call 0 second .*resume/s);
  });

  it('is also a call that never comes: the workflow waits for something else', async () => {
    const store = await interrupted();
    code = () => new Promise(() => {});
    const clock = new ManualClock(Date.now());
    const flow = await openFlow(keptOpen(store), { clock });
    flow.register(Changeable, () => new Changeable());
    const run = flow.run('r');
    await eventually(() => {
      clock.advance(1000);
      return run.view().status === 'diverged';
    });
    const { divergence } = (await rejection(run.result())) as RunDiverged;
    expect(divergence.recorded).toMatchObject({ call: 0, name: 'first' });
    expect(divergence.asked).toBeUndefined();
  });

  it('is over once the code is restored and the run resumed', async () => {
    const store = await interrupted();
    const changed = await resumedWith(async (it) => it.second(1), store);
    await rejection(changed.run.result());
    code = original;
    const run = await changed.flow.resume('r');
    expect(await run.result()).toBe(13);
    expect(executed).toEqual(['first(3)']);
  });

  it('also compares calls that have only an approval on record', async () => {
    code = (it) => it.gated(1);
    const store = memoryStore();
    const first = await openFlow(keptOpen(store));
    first.register(Changeable, () => new Changeable());
    await (await first.start(Changeable, undefined, { id: 'r' })).settled();
    await first.approve(first.approvals()[0]!.id, { by: 'ann' });
    await first.close();
    executed.length = 0;
    const { run } = await resumedWith((it) => it.gated(2), store);
    const waiting = await run.settled();
    // The run may have gone through its gate before the first process closed; then its record differs just as well.
    expect(waiting.status).toBe('diverged');
    expect(executed).toEqual([]);
  });

  it('is an end that forgets an open gate', async () => {
    code = (it) => it.gated(1);
    const store = memoryStore();
    const first = await openFlow(keptOpen(store));
    first.register(Changeable, () => new Changeable());
    await (await first.start(Changeable, undefined, { id: 'r' })).settled();
    await first.close();
    const { flow, run } = await resumedWith(async () => 'done', store);
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    const { divergence } = (await rejection(run.result())) as RunDiverged;
    expect(divergence).toMatchObject({ recorded: { call: 0, name: 'gated' }, asked: undefined });
  });

  it('is an end that forgets an effect in doubt', async () => {
    code = (it) => it.send(1);
    const store = memoryStore();
    const first = await openFlow(keptOpen(store));
    first.register(Changeable, () => new Changeable());
    expect((await (await first.start(Changeable, undefined, { id: 'r' })).settled()).status).toBe('in_doubt');
    await first.resolve('r', 0, { happened: false, by: 'ann' });
    await first.close({ grace: 0 });
    const before = store.effects('r')[0]!.state;
    const { run } = await resumedWith(async () => 'done', store);
    const settled = await run.settled();
    expect([before, settled.status]).not.toEqual(['intended', 'completed']);
    expect(settled.status).toBe('diverged');
  });
});
