import { approval, sideEffect, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../sdk/runtime/index.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { keptOpen } from '../fixtures/wrapped-store.js';
import { newRun } from '../store/sample-records.js';

@workflow({ name: 'gate' })
class Gate {
  run(n: number) {
    return this.pass(n);
  }

  @approval({ expiresIn: '1h' })
  @step()
  async pass(n: number) {
    return n;
  }
}

@workflow({ name: 'mail' })
class Mail {
  run() {
    return this.send();
  }

  @sideEffect({ idempotencyKey: () => 'mail', retry: { maxAttempts: 1 } })
  async send() {
    throw new Error('the connection broke');
  }
}

const minute = 60_000;

/** A store whose processes and runs are at moments that the test chooses. */
async function storeAt(now: number) {
  const store = keptOpen(memoryStore());
  const clock = new ManualClock(now);
  const flow = await openFlow(store, { clock });
  return { store, clock, flow };
}

describe('flow.health', () => {
  it('has nothing to tell of an empty file', async () => {
    const { flow } = await storeAt(1e12);
    expect(flow.health()).toEqual({
      owners: [], leftBehind: [], stuck: [], diverged: [], doubts: [], overdueApprovals: [], overdueSchedules: [], versions: [],
    }); // prettier-ignore
  });

  it('tells the living from the dead and the silent, and counts their runs', async () => {
    const now = 1e12;
    const { store, flow } = await storeAt(now);
    const here = thisProcess();
    await store.join({ ...here, id: 'me', expiresAt: now + 1 });
    await store.join({ ...here, id: 'hangs', expiresAt: now });
    await store.join({ ...here, id: 'dead', processStart: 'long ago', expiresAt: now + 1 });
    await store.join({ id: 'far', host: 'elsewhere', pid: 1, processStart: '1', expiresAt: now + 1 });
    for (const owner of ['me', 'hangs', 'dead', 'far', 'forgotten']) await store.start(newRun(owner, { owner, at: now }));
    const { owners, leftBehind, stuck } = flow.health();
    expect(Object.fromEntries(owners.map(({ id, state, runs }) => [id, [state, runs]]))).toEqual({
      me: ['alive', 1],
      hangs: ['expired', 1],
      dead: ['dead', 1],
      far: ['alive', 1],
    });
    expect(leftBehind.map(({ id }) => id).toSorted()).toEqual(['dead', 'forgotten', 'hangs']);
    expect(stuck).toEqual([]);
  });

  it('lists runs that could go on for a minute, and not those that are kept by something', async () => {
    const now = 1e12;
    const { store, clock, flow } = await storeAt(now);
    await store.defineQueue({ name: 'narrow', all: { concurrency: 1 }, perKey: {} });
    await store.start(newRun('free', { at: now }));
    await store.start(newRun('later', { at: now, startAt: now + 10 * minute }));
    await store.join({ ...thisProcess(), id: 'me', expiresAt: now + 100 * minute });
    await store.start(newRun('holds', { at: now, owner: 'me', queue: { name: 'narrow', key: undefined } }));
    await store.start(newRun('queued', { at: now, queue: { name: 'narrow', key: undefined } }));
    const stuck = () => flow.health().stuck.map(({ id }) => id);
    clock.advance(minute - 1);
    expect(stuck()).toEqual([]);
    clock.advance(1);
    expect(stuck()).toEqual(['free']);
    expect(flow.health().stuck[0]).toEqual({ id: 'free', workflow: 'w', version: '1', status: 'pending', since: new Date(now) });
    clock.advance(10 * minute);
    expect(stuck()).toEqual(['free', 'later']);
    expect(flow.health().versions).toEqual([{ workflow: 'w', version: '1', runs: 4 }]);
  });

  it('lists effects in doubt, and overdue gates and schedules', async () => {
    const now = 1e12;
    const { store, clock, flow } = await storeAt(now);
    flow.register(Gate, () => new Gate()).register(Mail, () => new Mail());
    await (await flow.start(Gate, 1, { id: 'gate' })).settled();
    await (await flow.start(Mail, undefined, { id: 'mail' })).settled();
    await flow.schedule(Gate, { id: 'hourly', cron: '0 * * * *' }, 1);
    const dueAt = flow.schedules()[0]!.nextAt;
    expect(flow.health()).toMatchObject({ overdueApprovals: [], overdueSchedules: [] });
    expect(flow.health().doubts).toMatchObject([{ runId: 'mail', call: 0, method: 'send', key: 'mail', state: 'intended' }]);
    await flow.close();
    // Nobody is at work; the time goes on.
    const idle = await openFlow(store, { clock });
    clock.advance(3 * 60 * minute);
    expect(idle.health().overdueApprovals).toMatchObject([{ runId: 'gate', method: 'pass', verdict: undefined }]);
    expect(idle.health().overdueSchedules).toEqual([{ id: 'hourly', workflow: 'gate', version: '1', dueAt: new Date(dueAt) }]);
    expect(idle.isRegistered('gate', '1')).toBe(false);
    idle.register(Gate, () => new Gate());
    expect([idle.isRegistered('gate', '1'), idle.isRegistered('gate', '2')]).toEqual([true, false]);
  });
});
