import { abortSignal, sleep, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { stage, virtualFlow } from '../fixtures/virtual-flow.js';

const executed: string[] = [];

@workflow({ name: 'deadline', deadline: '2h' })
class Limited {
  async run(naps: number) {
    for (let i = 0; i < naps; i++) {
      await sleep('1h');
      await this.work();
    }
    return 'in time';
  }

  @step()
  async work() {
    executed.push('work');
  }
}

describe('a deadline', () => {
  it('does nothing to a run that ends in time', async () => {
    const { flow, clock } = await virtualFlow(Limited);
    expect(await clock.until((await flow.start(Limited, 1)).result())).toBe('in time');
    await clock.advance('5h');
    expect(flow.runs()[0]!.status).toBe('completed');
  });

  it('fails a run that waits, on time, and without taking it up again and again', async () => {
    executed.length = 0;
    const { flow, clock } = await virtualFlow(Limited);
    const start = clock.now();
    const run = await flow.start(Limited, 5, { deadline: '90m' });
    expect(run.view().deadlineAt).toEqual(new Date(start + 90 * 60_000));
    const error = await clock.until(rejection(run.result()));
    expect(error).toMatchObject({ code: 'DF_DEADLINE', message: expect.stringContaining('did not end within 5400000 ms') as string });
    expect(clock.now()).toBe(start + 90 * 60_000);
    expect(executed).toEqual(['work']);
    expect(run.view()).toMatchObject({ status: 'failed', claims: 3 });
  });

  it('that passes while no process is there fails the run as soon as one is', async () => {
    const { open, clock } = stage();
    const first = await open([Limited]);
    await (await first.start(Limited, 5, { id: 'r' })).settled();
    await first.close();
    await clock.advance('3h');
    executed.length = 0;
    const run = (await open([Limited])).run('r');
    expect(await errorCode(run.result())).toBe('DF_DEADLINE');
    expect(executed).toEqual([]);
  });

  it('at the very moment of an awakening ends the run', async () => {
    executed.length = 0;
    const { flow, clock } = await virtualFlow(Limited);
    const run = await flow.start(Limited, 5);
    expect(await clock.until(errorCode(run.result()))).toBe('DF_DEADLINE');
    expect(executed.length).toBeLessThanOrEqual(2);
  });

  it('aborts the bodies of a run that is being executed', async () => {
    let aborted: unknown;
    const began = deferred();
    @workflow({ name: 'deadline/busy', deadline: '1h' })
    class Busy {
      run() {
        return this.work();
      }

      @step()
      async work() {
        const signal = abortSignal();
        signal.addEventListener('abort', () => (aborted = signal.reason));
        began.resolve();
        await new Promise(() => {});
      }
    }
    const clock = new ManualClock();
    const flow = await openFlow(':memory:', { clock });
    flow.register(Busy, () => new Busy());
    const run = await flow.start(Busy);
    await began.promise;
    clock.advance(60 * 60 * 1000 - 1);
    await turns();
    expect(run.view().status).toBe('running');
    clock.advance(1);
    expect(await errorCode(run.result())).toBe('DF_DEADLINE');
    expect(aborted).toMatchObject({ code: 'DF_DEADLINE' });
  });

  it('counts from when a delayed run could begin', async () => {
    const { flow, clock } = await virtualFlow(Limited);
    const run = await flow.start(Limited, 1, { delay: '1d' });
    expect(await clock.until(run.result())).toBe('in time');
  });

  it.each([-1, 'soon'])('of %s is refused', async (deadline) => {
    const { flow } = await virtualFlow(Limited);
    expect(await errorCode(flow.start(Limited, 1, { deadline: deadline as never }))).toBe('DF_INVALID_INPUT');
  });

  it('wakes the parent that waits for the run', async () => {
    const { child } = await import('durableflow');
    @workflow({ name: 'deadline/parent' })
    class Parent {
      run() {
        return child(Limited, 9);
      }
    }
    const { flow, clock } = await virtualFlow(Parent, Limited);
    const run = await flow.start(Parent);
    expect(await clock.until(errorCode(run.result()))).toBe('DF_DEADLINE');
    await eventually(() => run.view().status === 'failed');
  });
});
