import { DurableFlowError, FatalError, ModelError, step, workflow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

const values = {
  text: 'ä€😀',
  date: new Date('2030-01-01'),
  map: new Map<unknown, unknown>([['a', new Set([1n, -0])]]),
  bytes: new Uint8Array([0, 255]),
  floats: new Float64Array([0.5, Number.NaN]),
  big: 2n ** 70n,
  nothing: undefined,
  none: null,
  odd: [Number.NaN, Infinity, -0],
  nested: { 'a.b': [[]], '': {} },
};

export const steps = [
  scenario('steps one after another, each executed once', async ({ process, world }) => {
    @workflow({ name: 'conformance/ten' })
    class Ten {
      async run(count: number) {
        let sum = 0;
        for (let i = 1; i <= count; i++) sum = await this.add(sum, i);
        return sum;
      }

      @step()
      async add(a: number, b: number) {
        world.does(`add ${b}`);
        return a + b;
      }
    }
    const flow = await process([Ten]);
    expect(await (await flow.start(Ten, 10, { id: 'ten' })).result()).toBe(55);
    expect(world.deeds).toHaveLength(10);
    // The same id and input are the same run; another input is refused.
    expect(await (await flow.start(Ten, 10, { id: 'ten' })).result()).toBe(55);
    expect(await errorCode(flow.start(Ten, 11, { id: 'ten' }))).toBe('DF_INPUT_MISMATCH');
  }),

  scenario('failed attempts are made again: by the policy, by Retry-After, and never after a fatal one', async ({ process, world }) => {
    @workflow({ name: 'conformance/attempts' })
    class Attempts {
      async run(how: 'plain' | 'later' | 'fatal' | 'always') {
        return this.attempt(how);
      }

      @step({ retry: { maxAttempts: 3, initialDelay: 1 } })
      async attempt(how: string) {
        const attempt = world.does(how);
        if (how === 'fatal') throw new FatalError('no hope');
        if (how === 'always') throw new RangeError('again');
        if (how === 'later' && attempt === 1) throw new ModelError('rate_limited', 'too many', { retryAfterMs: 60 });
        if (attempt < 3) throw new Error('not yet');
        return attempt;
      }
    }
    const flow = await process([Attempts]);
    expect(await (await flow.start(Attempts, 'plain', { id: 'attempts-plain' })).result()).toBe(3);
    const later = await flow.start(Attempts, 'later', { id: 'attempts-later' });
    expect(await later.result()).toBe(3);
    const [only] = flow.show(later.id).steps;
    expect(only!.endedAt.getTime() - only!.startedAt.getTime()).toBeGreaterThanOrEqual(60);
    expect(await rejection((await flow.start(Attempts, 'fatal', { id: 'attempts-fatal' })).result())).toBeInstanceOf(FatalError);
    expect(await rejection((await flow.start(Attempts, 'always', { id: 'attempts-always' })).result())).toBeInstanceOf(RangeError);
    expect([world.times('plain'), world.times('fatal'), world.times('always')]).toEqual([3, 1, 3]);
  }),

  scenario('an attempt that takes too long is given up, and its late result counts for nothing', async ({ process, world }) => {
    @workflow({ name: 'conformance/slow' })
    class Slow {
      async run() {
        return this.work();
      }

      @step({ timeout: '40ms', retry: { maxAttempts: 2, initialDelay: 1 } })
      async work() {
        const attempt = world.does('work');
        if (attempt === 1) await new Promise((resolve) => setTimeout(resolve, 80));
        return attempt;
      }
    }
    const flow = await process([Slow]);
    expect(await (await flow.start(Slow, undefined, { id: 'slow' })).result()).toBe(2);
  }),

  scenario('what a step returns is what its schema makes of it, or it has failed', async ({ process }) => {
    @workflow({ name: 'conformance/output' })
    class Output {
      async run(cents: unknown) {
        return this.price(cents);
      }

      @step({ output: z.object({ cents: z.coerce.number().int() }), retry: { maxAttempts: 1 } })
      async price(cents: unknown) {
        return { cents, extra: true } as { cents: number };
      }
    }
    const flow = await process([Output]);
    expect(await (await flow.start(Output, '12', { id: 'output-good' })).result()).toEqual({ cents: 12 });
    expect(await rejection((await flow.start(Output, 'x', { id: 'output-bad' })).result())).toBeInstanceOf(DurableFlowError);
  }),

  scenario('every kind of value comes back as it was', async ({ process }) => {
    @workflow({ name: 'conformance/values' })
    class Values {
      async run(input: typeof values) {
        return { input, step: await this.echo(input) };
      }

      @step()
      async echo(input: typeof values) {
        return input;
      }
    }
    const flow = await process([Values]);
    expect(await (await flow.start(Values, values, { id: 'values' })).result()).toStrictEqual({ input: values, step: values });
  }),

  scenario('large values are kept, and those over the limit are refused by name', async ({ process }) => {
    @workflow({ name: 'conformance/large' })
    class Large {
      async run(bytes: number) {
        return (await this.make(bytes)).length;
      }

      @step({ retry: { maxAttempts: 1 } })
      async make(bytes: number) {
        return 'x'.repeat(bytes);
      }
    }
    const flow = await process([Large], { maxPayloadBytes: 2 ** 21 });
    expect(await (await flow.start(Large, 2 ** 20, { id: 'large' })).result()).toBe(2 ** 20);
    expect(await errorCode((await flow.start(Large, 2 ** 22, { id: 'too-large' })).result())).toBe('DF_PAYLOAD_TOO_LARGE');
  }),

  scenario('branches run side by side, and the fastest wins a race', async ({ process }) => {
    @workflow({ name: 'conformance/branches' })
    class Branches {
      async run() {
        const all = await Promise.all([this.wait(30, 'a'), this.wait(10, 'b'), this.wait(20, 'c')]);
        const first = await Promise.race([this.wait(200, 'slow'), this.wait(1, 'fast')]);
        return { all, first };
      }

      @step()
      async wait(ms: number, name: string) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return name;
      }
    }
    const flow = await process([Branches]);
    expect(await (await flow.start(Branches, undefined, { id: 'branches' })).result()).toEqual({ all: ['a', 'b', 'c'], first: 'fast' });
  }),
];
