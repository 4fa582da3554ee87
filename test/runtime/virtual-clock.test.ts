import { DurableFlow, signal, sleep, step, VirtualClock, workflow } from 'durableflow';
import { setTimeout as realTime } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { virtualFlow } from '../fixtures/virtual-flow.js';

@workflow({ name: 'virtual-clock' })
class Timed {
  async run(days: readonly number[]) {
    for (const day of days) {
      await sleep(day * 24 * 60 * 60 * 1000);
      await this.work();
    }
    return days.length;
  }

  @step()
  async work() {
    await realTime(2);
  }
}

describe('VirtualClock', () => {
  it('begins when it is told, or now', () => {
    expect(new VirtualClock('2030-01-01T00:00:00Z').now()).toBe(Date.UTC(2030, 0, 1));
    expect(new VirtualClock(5).now()).toBe(5);
    expect(new VirtualClock(new Date(7)).now()).toBe(7);
    expect(Math.abs(new VirtualClock().now() - Date.now())).toBeLessThan(60_000);
    expect(() => new VirtualClock('no date')).toThrow('no date');
  });

  it('fires every timer at its own moment, in order, and those that they set', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} at ${clock.now()}`);
    clock.after(20, note('b'));
    clock.after(10, () => {
      note('a')();
      clock.after(5, note('a2'));
    });
    clock.after(20, note('c'));
    clock.after(31, note('never'));
    const cancel = clock.after(15, note('cancelled'));
    cancel();
    await clock.advance(30);
    expect(fired).toEqual(['a at 10', 'a2 at 15', 'b at 20', 'c at 20']);
    expect(clock.now()).toBe(30);
    expect(await errorCode(clock.advance(-1))).toBe('DF_INVALID_INPUT');
  });

  it('waits for bodies before it lets time pass', async () => {
    const { flow, clock } = await virtualFlow(Timed);
    const run = await flow.start(Timed, [1, 2, 3]);
    await clock.advance('6d');
    expect(run.view().status).toBe('completed');
  });

  it('gives a test months in no time, and each flow a time of its own', async () => {
    const flows = await Promise.all([1, 2, 3].map(() => virtualFlow(Timed)));
    const ends = await Promise.all(
      flows.map(async ({ flow, clock }, i) => {
        await clock.until((await flow.start(Timed, [30 * (i + 1)])).result());
        return new Date(clock.now()).toISOString().slice(0, 10);
      }),
    );
    expect(ends).toEqual(['2030-01-31', '2030-03-02', '2030-04-01']);
  });

  it('says so when time alone will not help', async () => {
    @workflow({ name: 'virtual-clock/stuck' })
    class Stuck {
      run() {
        return signal(z.string(), 'never');
      }
    }
    const { flow, clock } = await virtualFlow(Stuck);
    const run = await flow.start(Stuck);
    expect(await errorCode(clock.until(run.result()))).toBe('DF_INVALID_INPUT');
  });

  it('gives back what the promise gives, rejections included', async () => {
    const clock = new VirtualClock(0);
    expect(await clock.until(Promise.resolve(1))).toBe(1);
    await expect(clock.until(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('does not keep a flow from closing at once', async () => {
    @workflow({ name: 'virtual-clock/hanging' })
    class Hanging {
      run() {
        return this.work();
      }

      @step()
      async work() {
        await new Promise(() => {});
      }
    }
    const flow = await DurableFlow.open(':memory:', { clock: new VirtualClock(0) });
    flow.register(Hanging, () => new Hanging());
    await flow.start(Hanging);
    await flow.close({ grace: 0 });
  });
});

describe('a body that hangs', () => {
  it('is ended by its timeout, which is not waited for', async () => {
    @workflow({ name: 'virtual-clock/hanging' })
    class Hanging {
      run() {
        return this.wait();
      }

      @step({ timeout: '1h', retry: { maxAttempts: 1 } })
      async wait() {
        await new Promise(() => {});
      }
    }
    const clock = new VirtualClock('2030-01-01T00:00:00Z');
    const flow = await openFlow(':memory:', { clock });
    flow.register(Hanging, () => new Hanging());
    const run = await flow.start(Hanging);
    const outcome = run.result();
    outcome.catch(() => {});
    await expect(clock.until(outcome)).rejects.toMatchObject({ code: 'DF_STEP_TIMEOUT' });
    expect(clock.now()).toBe(Date.UTC(2030, 0, 1, 1));
  });
});
