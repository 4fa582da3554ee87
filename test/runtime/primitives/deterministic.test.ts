import { now, random, sleep, step, uuid, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../fixtures/manual-clock.js';
import { openFlow } from '../../fixtures/open-flow.js';
import { errorCode } from '../../fixtures/rejection.js';
import { virtualFlow } from '../../fixtures/virtual-flow.js';

const seen: unknown[] = [];

@workflow({ name: 'deterministic' })
class Deterministic {
  async run() {
    const values = { now: now(), random: random(), uuid: uuid() };
    seen.push(values);
    await sleep('1h');
    await sleep('1h');
    return { ...values, later: now(), other: uuid() };
  }
}

describe('now, random and uuid', () => {
  it('are the same on every replay', async () => {
    seen.length = 0;
    const { flow, clock } = await virtualFlow(Deterministic);
    const began = new Date(clock.now());
    const run = await flow.start(Deterministic);
    const result = await clock.until(run.result());
    expect(seen).toHaveLength(3);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(result).toMatchObject(seen[0] as object);
    expect(result.now).toEqual(began);
    expect(result.later).toEqual(new Date(began.getTime() + 2 * 60 * 60 * 1000));
    expect(result.other).not.toBe(result.uuid);
  });

  it('take their randomness from the flow', async () => {
    @workflow({ name: 'deterministic/random' })
    class Random {
      async run() {
        return random();
      }
    }
    const flow = await openFlow(':memory:', { random: () => 0.25 });
    flow.register(Random, () => new Random());
    expect(await (await flow.start(Random)).result()).toBe(0.25);
  });

  it('are a divergence where the journal holds something else', async () => {
    let changed = false;
    @workflow({ name: 'deterministic/changed' })
    class Changed {
      async run() {
        if (changed) random();
        else now();
        await sleep('1h');
      }
    }
    const { flow, clock } = await virtualFlow(Changed);
    const run = await flow.start(Changed);
    await run.settled();
    changed = true;
    await clock.advance('1h');
    expect(await errorCode(run.result())).toBe('DF_DIVERGED');
  });

  it('in parallel branches stay where they were, whatever the order of the outcomes', async () => {
    const ids: string[][] = [];
    @workflow({ name: 'deterministic/branches' })
    class Branches {
      async run() {
        const branch = async (ms: number) => {
          await sleep(ms);
          const id = uuid();
          await this.work(ms);
          return id;
        };
        const all = await Promise.all([branch(3000), branch(1000), branch(2000)]);
        ids.push(all);
        await sleep('1h');
        return all;
      }

      @step()
      async work(ms: number) {
        return ms;
      }
    }
    const { flow, clock } = await virtualFlow(Branches);
    const run = await flow.start(Branches);
    expect(await clock.until(run.result())).toEqual(ids[0]);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toEqual(ids[0]);
    expect(new Set(ids[0]).size).toBe(3);
  });

  it('asked for late on a replay, after something that is not durable, are no divergence', async () => {
    let pause: Promise<unknown> = Promise.resolve();
    let paused = () => {};
    @workflow({ name: 'deterministic/late' })
    class Late {
      async run() {
        await this.work();
        paused();
        await pause;
        now();
        await sleep('1h');
        return 'done';
      }

      @step()
      async work() {}
    }
    const clock = new ManualClock();
    const flow = await openFlow(':memory:', { clock });
    flow.register(Late, () => new Late());
    const run = await flow.start(Late);
    await run.settled();
    let release = () => {};
    pause = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => (paused = resolve));
    clock.advance(60 * 60 * 1000);
    await reached;
    await new Promise((resolve) => setTimeout(resolve, 5));
    release();
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(2000);
    expect(await run.result()).toBe('done');
  });

  it('outside the engine are the plain ones; in the body of a step they are refused', async () => {
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(60_000);
    expect(random()).toBeLessThan(1);
    expect(uuid()).not.toBe(uuid());
    @workflow({ name: 'deterministic/nested' })
    class Nested {
      run() {
        return this.work();
      }

      @step({ retry: { maxAttempts: 1 } })
      async work() {
        return now();
      }
    }
    const { flow } = await virtualFlow(Nested);
    expect(await errorCode((await flow.start(Nested)).result())).toBe('DF_NESTED_CALL');
  });
});
