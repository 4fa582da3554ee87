import { now, random, signal, sleep, step, uuid, workflow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { errorCode } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

export const waits = [
  scenario('a sleep frees the run, which then goes on after what it has done', async ({ process, world }) => {
    const seen: string[] = [];
    @workflow({ name: 'conformance/sleeps' })
    class Sleeps {
      async run() {
        const begin = now().getTime();
        seen.push(`${begin} ${random()} ${uuid()}`);
        await this.work('before');
        await sleep('60ms');
        await this.work('after');
        return now().getTime() - begin >= 60;
      }

      @step()
      async work(when: string) {
        world.does(when);
      }
    }
    const flow = await process([Sleeps]);
    expect(await (await flow.start(Sleeps, undefined, { id: 'sleeps' })).result()).toBe(true);
    // `run()` was called again after the sleep, and got what it got at first.
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(1);
    expect(world.deeds).toEqual(['before', 'after']);
  }),

  scenario('signals: early, twice, refused, awaited, and too late', async ({ process }) => {
    @workflow({ name: 'conformance/signals' })
    class Signals {
      async run() {
        await sleep('50ms');
        const early = await signal(z.string(), 'early');
        const awaited = await signal(z.number(), 'awaited');
        const none = await signal(z.string(), 'none', { timeout: '30ms' }).catch((error: Error) => error.name);
        return { early, awaited, none };
      }
    }
    const flow = await process([Signals]);
    const run = await flow.start(Signals, undefined, { id: 'signals' });
    expect(await flow.signal(run.id, 'early', 'bird', { dedupeId: 'd' })).toBe(true);
    expect(await flow.signal(run.id, 'early', 'bird', { dedupeId: 'd' })).toBe(false);
    await flow.signal(run.id, 'awaited', 'no number');
    await flow.signal(run.id, 'awaited', 7);
    expect(await run.result()).toMatchObject({ early: 'bird', awaited: 7 });
    expect(flow.show(run.id).signals.map(({ state }) => state)).toEqual(['taken', 'refused', 'taken']);
    expect(await errorCode(flow.signal(run.id, 'late', 1))).toBe('DF_RUN_ENDED');
    expect(await errorCode(flow.signal('nobody', 'late', 1))).toBe('DF_UNKNOWN_RUN');
  }),

  scenario('a run that begins later, and is found by its attributes', async ({ process }) => {
    @workflow({ name: 'conformance/later' })
    class Later {
      async run() {
        return signal(z.string(), 'end');
      }
    }
    const flow = await process([Later]);
    const run = await flow.start(Later, undefined, { id: 'later', delay: '60ms', attributes: { customer: 'ann' } });
    await flow.setAttributes(run.id, { mood: 'good' });
    expect(flow.runs({ attributes: { customer: 'ann', mood: 'good' } }).map(({ id }) => id)).toEqual(['later']);
    await flow.signal(run.id, 'end', 'ended');
    expect(await run.result()).toBe('ended');
    expect(run.view().updatedAt.getTime() - run.view().createdAt.getTime()).toBeGreaterThanOrEqual(60);
  }),
];
