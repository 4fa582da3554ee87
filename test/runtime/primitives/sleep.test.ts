import { signal, sleep, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, turns } from '../../fixtures/eventually.js';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { stage, virtualFlow } from '../../fixtures/virtual-flow.js';

const day = 24 * 60 * 60 * 1000;
const executed: string[] = [];

@workflow({ name: 'sleep/naps' })
class Naps {
  async run(naps: readonly number[]) {
    for (const ms of naps) {
      await sleep(ms);
      await this.note(`after ${ms}`);
    }
    return 'rested';
  }

  @step()
  async note(what: string) {
    executed.push(what);
  }
}

describe('sleep', () => {
  it('takes exactly its time, and no memory', async () => {
    const { flow, clock } = await virtualFlow(Naps);
    const start = clock.now();
    const run = await flow.start(Naps, [3 * day]);
    expect(await run.settled()).toMatchObject({ status: 'waiting', wakeAt: new Date(start + 3 * day), claims: 1 });
    expect(flow.show(run.id).waits).toEqual([{ call: 0, name: 'sleep', since: new Date(start), wakeAt: new Date(start + 3 * day) }]);
    await clock.advance(3 * day - 1);
    expect(run.view().status).toBe('waiting');
    await clock.advance(1);
    expect(await run.result()).toBe('rested');
    expect(clock.now()).toBe(start + 3 * day);
    expect(flow.show(run.id).waits).toEqual([]);
  });

  it('goes on where it was after each awakening, and does no step twice', async () => {
    executed.length = 0;
    const { flow, clock } = await virtualFlow(Naps);
    const run = await flow.start(Naps, [1000, 2000, 3000]);
    expect(await clock.until(run.result())).toBe('rested');
    expect(executed).toEqual(['after 1000', 'after 2000', 'after 3000']);
    expect(run.view().claims).toBe(4);
  });

  it('counts the time in which no process is there', async () => {
    const { open, clock } = stage();
    const first = await open([Naps]);
    const { id } = await first.start(Naps, [3 * day]);
    await first.run(id).settled();
    await first.close();
    await clock.advance(2 * day);
    const second = await open([Naps]);
    await turns();
    expect(second.run(id).view().status).toBe('waiting');
    const before = clock.now();
    await clock.until(second.run(id).result());
    expect(clock.now() - before).toBe(day);
  });

  it('that is over when a process comes back ends at once', async () => {
    const { open, clock } = stage();
    const first = await open([Naps]);
    const { id } = await first.start(Naps, [day]);
    await first.run(id).settled();
    await first.close();
    await clock.advance(2 * day);
    expect(await (await open([Naps])).run(id).result()).toBe('rested');
  });

  it('of no time, and of a fraction of a millisecond, is a sleep all the same', async () => {
    const { flow, clock } = await virtualFlow(Naps);
    const healthy = await flow.start(Naps, [10]);
    const run = await flow.start(Naps, [0, 1000 * 1.5 ** 5, 0.3]);
    expect(await clock.until(run.result())).toBe('rested');
    expect(await clock.until(healthy.result())).toBe('rested');
  });

  it.each([-1, Number.NaN, Infinity, 'soon', undefined])('of %s is refused', async (length) => {
    @workflow({ name: 'sleep/bad' })
    class Bad {
      async run() {
        await sleep(length as never);
      }
    }
    const { flow } = await virtualFlow(Bad);
    expect(await errorCode((await flow.start(Bad)).result())).toBe('DF_INVALID_INPUT');
  });

  it('in the body of a step is refused', async () => {
    @workflow({ name: 'sleep/nested' })
    class Nested {
      run() {
        return this.work();
      }

      @step()
      async work() {
        await sleep('1d');
      }
    }
    const { flow } = await virtualFlow(Nested);
    expect(await errorCode((await flow.start(Nested)).result())).toBe('DF_NESTED_CALL');
  });

  it('with another length on replay is a divergence', async () => {
    let length = 1000;
    @workflow({ name: 'sleep/changed' })
    class Changed {
      async run() {
        await sleep(length);
      }
    }
    const { flow, clock } = await virtualFlow(Changed);
    const run = await flow.start(Changed);
    await run.settled();
    length = 2000;
    await clock.advance(1000);
    expect(await errorCode(run.result())).toBe('DF_DIVERGED');
  });

  it('outside the engine is an ordinary timer', async () => {
    await sleep('1ms');
  });

  it('is cut short by cancelling', async () => {
    const { flow, clock } = await virtualFlow(Naps);
    const run = await flow.start(Naps, [day]);
    await run.settled();
    await run.cancel();
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_CANCELLED' });
    await clock.advance(2 * day);
    expect(run.view().status).toBe('cancelled');
  });
});

@workflow({ name: 'sleep/combined' })
class Combined {
  async run(how: 'race' | 'any' | 'all' | 'allSettled') {
    const parts = [
      this.slow('step'),
      sleep('1h').then(() => 'hour'),
      sleep('2h').then(() => Promise.reject(new Error('two hours'))),
      signal(z.string(), 'go').then((payload) => `signal ${payload}`),
    ];
    for (const part of parts) part.catch(() => {});
    if (how === 'race') return [await Promise.race(parts.slice(1))];
    if (how === 'any') return [await Promise.any([parts[2]!, parts[3]!])];
    if (how === 'all') return Promise.all([parts[0], parts[1], parts[3]]);
    return (await Promise.allSettled(parts)).map((part) => (part.status === 'fulfilled' ? part.value : String(part.reason)));
  }

  @step()
  async slow(name: string) {
    executed.push(name);
    return name;
  }
}

describe('steps, sleeps and signals together', () => {
  it.each(['race', 'any', 'all', 'allSettled'] as const)('in Promise.%s, with a new process at every awakening', async (how) => {
    executed.length = 0;
    const { open, clock } = stage();
    const first = await open([Combined]);
    const { id } = await first.start(Combined, how);
    await first.run(id).settled();
    await first.close();
    await clock.advance('30m');
    const flow = await open([Combined]);
    if (how !== 'race') await flow.signal(id, 'go', 'now');
    const expected = {
      race: ['hour'],
      any: ['signal now'],
      all: ['step', 'hour', 'signal now'],
      allSettled: ['step', 'hour', 'Error: two hours', 'signal now'],
    };
    expect(await clock.until(flow.run(id).result())).toEqual(expected[how]);
    expect(executed).toEqual(['step']);
  });

  it('the one that was first stays first on every replay, whatever has come since', async () => {
    const seen: string[] = [];
    @workflow({ name: 'sleep/first-wins' })
    class FirstWins {
      async run() {
        const pay = signal(z.string(), 'paid').then((payload) => `paid ${payload}`);
        const winner = await Promise.race([pay, sleep('1h').then(() => 'reminded')]);
        seen.push(winner);
        await sleep('1h');
        return [winner, await pay];
      }
    }
    const { flow, clock } = await virtualFlow(FirstWins);
    const run = await flow.start(FirstWins);
    await run.settled();
    await clock.advance('1h');
    await eventually(() => run.view().status === 'waiting');
    await flow.signal(run.id, 'paid', 'late');
    expect(await clock.until(run.result())).toEqual(['reminded', 'paid late']);
    expect(new Set(seen)).toEqual(new Set(['reminded']));
  });
});
