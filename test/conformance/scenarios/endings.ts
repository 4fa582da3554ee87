import { abortSignal, approval, compensate, RunCancelled, signal, sleep, step, workflow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../fixtures/eventually.js';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

export const endings = [
  scenario('what was done is undone, the last first, when the run fails or is refused', async ({ process, world }) => {
    @workflow({ name: 'conformance/trip' })
    class Trip {
      async run(how: 'fails' | 'refused') {
        await this.book(`${how} flight`);
        await this.book(`${how} hotel`);
        if (how === 'fails') throw new Error('no car');
        await this.pay();
      }

      @step()
      @compensate('cancel')
      async book(what: string) {
        return `${what}-1`;
      }

      @step()
      async cancel(booking: string) {
        world.does(`cancel ${booking}`);
      }

      @approval()
      @step()
      async pay() {
        return 'paid';
      }
    }
    const flow = await process([Trip]);
    const fails = await flow.start(Trip, 'fails', { id: 'trip-fails' });
    expect((await fails.settled()).status).toBe('failed');
    const refused = await flow.start(Trip, 'refused', { id: 'trip-refused' });
    await eventually(() => flow.approvals({ runId: refused.id }).length > 0);
    await flow.reject(flow.approvals({ runId: refused.id })[0]!.id, { by: 'ann' });
    await rejection(refused.result());
    expect(refused.view().status).toBe('rejected');
    expect(world.deeds).toEqual(['fails', 'refused'].flatMap((how) => [`cancel ${how} hotel-1`, `cancel ${how} flight-1`]));
  }),

  scenario('a run is cancelled while it waits, and while it works', async ({ process, world }) => {
    @workflow({ name: 'conformance/cancelled' })
    class Cancelled {
      async run(how: 'waits' | 'works') {
        if (how === 'waits') return signal(z.string(), 'never');
        return this.work();
      }

      @step()
      async work() {
        world.does('begins');
        await new Promise((resolve) => abortSignal().addEventListener('abort', resolve));
        world.does('is told');
        return 'late';
      }
    }
    const flow = await process([Cancelled]);
    const waits = await flow.start(Cancelled, 'waits', { id: 'cancelled-waits' });
    await waits.settled();
    await flow.cancel(waits.id, 'enough');
    expect(await rejection(waits.result())).toBeInstanceOf(RunCancelled);
    const works = await flow.start(Cancelled, 'works', { id: 'cancelled-works' });
    await eventually(() => world.times('begins') === 1);
    await flow.cancel(works.id, 'enough');
    expect(await rejection(works.result())).toBeInstanceOf(RunCancelled);
    expect(world.times('is told')).toBe(1);
    expect(await errorCode(flow.cancel(works.id))).toBe('DF_RUN_ENDED');
  }),

  scenario('a run that has not ended by its deadline fails', async ({ process }) => {
    @workflow({ name: 'conformance/deadline', deadline: '1s' })
    class Deadline {
      async run() {
        await sleep('1h');
      }
    }
    const flow = await process([Deadline]);
    const run = await flow.start(Deadline, undefined, { id: 'deadline' });
    expect(await errorCode(run.result())).toBe('DF_DEADLINE');
    expect(run.view().status).toBe('failed');
  }),
];
