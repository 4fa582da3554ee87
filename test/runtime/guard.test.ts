import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DurableFlow, now, random, sideEffect, step, uuid, workflow, type FlowOptions, type TelemetryEvent } from 'durableflow';
import { Cron } from 'croner';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';

const untouched = {
  Date,
  now: Date.now,
  random: Math.random,
  setTimeout,
  fetch,
  perf: performance.now,
  hrtime: process.hrtime,
  randomUUID,
  randomInt,
  wait,
};
const current = () => ({
  Date,
  now: Date.now,
  random: Math.random,
  setTimeout,
  fetch,
  perf: performance.now,
  hrtime: process.hrtime,
  randomUUID,
  randomInt,
  wait,
});

type Body = (agent: Agent) => unknown;

let inRun: Body = () => undefined;
let inStep: () => unknown = () => undefined;

@workflow({ name: 'agent' })
class Agent {
  async run(afterStep: boolean) {
    if (afterStep) await this.one();
    return inRun(this);
  }

  @step() async one() {
    await inStep();
  }

  @sideEffect({ idempotencyKey: () => `key-${Date.now()}-${Math.random()}` }) async keyed() {}

  @step({ output: z.any().transform(() => Math.random() > 2) }) async parsed() {}

  plain() {
    return Date.now();
  }
}

/** Runs a workflow that does this in `run()`, and tells what the guard said. */
async function violations(body: Body, options: FlowOptions & { afterStep?: boolean } = {}): Promise<string[]> {
  inRun = body;
  const { afterStep = false, ...rest } = options;
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { guard: 'warn', telemetry: (event) => events.push(event), ...rest });
  flow.register(Agent, () => new Agent());
  await (await flow.start(Agent, afterStep)).result();
  await flow.close();
  return events.flatMap((it) => (it.event === 'guard.violation' ? [it.call] : []));
}

function warnings(): Error[] {
  const heard: Error[] = [];
  const listen = (warning: Error) => heard.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return heard;
}

/** The place in this file of the text that follows the marker. */
function placeOf(marker: string): string {
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`/* ${marker} */`));
  return `${import.meta.filename}:${index + 1}`;
}

afterEach(() => {
  inRun = () => undefined;
  inStep = () => undefined;
});

describe('the guard', () => {
  it.each<[string, Body]>([
    ['Date.now()', () => Date.now()],
    ['new Date()', () => new Date()],
    ['Date()', () => Date()],
    ['performance.now()', () => performance.now()],
    ['process.hrtime()', () => process.hrtime()],
    ['process.hrtime.bigint()', () => void process.hrtime.bigint()],
    ['Math.random()', () => Math.random()],
    ['crypto.randomUUID()', () => crypto.randomUUID()],
    ['crypto.randomUUID()', () => randomUUID()],
    ['crypto.randomInt()', () => randomInt(5)],
    ['crypto.getRandomValues()', () => void crypto.getRandomValues(new Uint8Array(1))],
    ['setTimeout()', () => new Promise((resolve) => void setTimeout(resolve, 1))],
    ['setTimeout()', () => wait(1)],
    ['setTimeout()', () => promisify(setTimeout)(1)],
    ['setImmediate()', () => new Promise((resolve) => void setImmediate(() => resolve(undefined)))],
    ['setInterval()', () => clearInterval(setInterval(() => {}, 1000))],
    ['fetch()', () => fetch('data:,hello').then(() => undefined)],
    ['Date.now()', (agent) => agent.plain()],
    ['Math.random()', () => [1].map(() => Math.random())],
    ['Math.random()', () => [1].map(Math.random)],
  ])('tells of %s in run(), before a step and after it: %s', async (call, body) => {
    expect(await violations(body)).toEqual([call]);
    expect(await violations(body, { afterStep: true })).toEqual([call]);
  });

  it.each<[string, Body, FlowOptions?]>([
    ['now(), random() and uuid()', () => [now(), random(), uuid()]],
    ['dates that are made from data', () => [new Date(0), Date.UTC(2026), Date.parse('2026-01-01')]],
    ['what the engine computes for a call', (agent) => Promise.all([agent.keyed(), agent.parsed()])],
    ['a library', () => new Cron('* * * * *').nextRun()],
    [
      'a clock, randomness and a sink that are given to the flow',
      () => [now(), random()],
      {
        clock: {
          now: () => Date.now(),
          after: (ms, callback) => {
            const timer = setTimeout(callback, ms);
            return () => clearTimeout(timer);
          },
        },
        random: () => Math.random(),
        telemetry: () => void [new Date(), Math.random()],
      },
    ],
  ])('leaves alone %s', async (_what, body, options) => {
    const heard = warnings();
    expect(await violations(body, options)).toEqual([]);
    await wait(1);
    expect(heard).toEqual([]);
  });

  it('leaves alone what stands in the body of a step, in a factory, and outside of a run', async () => {
    inStep = async () => {
      await wait(1);
      return [Date.now(), new Date(), Math.random(), crypto.randomUUID()];
    };
    expect(await violations(() => undefined, { afterStep: true })).toEqual([]);
    const flow = await openFlow(':memory:', { guard: 'error' });
    flow.register(Agent, () => (Date.now() > 0 ? new Agent() : new Agent()));
    await (await flow.start(Agent, true)).result();
    expect([Date.now(), Math.random()]).toHaveLength(2);
  });

  it('warns once for each place, with the code and the line of the call', async () => {
    const heard = warnings();
    const body: Body = () => {
      for (let i = 0; i < 3; i++) /* warned */ Math.random();
    };
    expect(await violations(body)).toHaveLength(3);
    expect(await violations(body)).toHaveLength(3);
    await wait(1);
    expect(heard.map(({ message, ...rest }) => ({ message, ...rest }))).toEqual([
      expect.objectContaining({
        code: 'DF_NONDETERMINISTIC',
        message: expect.stringContaining(`run() of workflow "agent" called Math.random() at ${placeOf('warned')}:`) as string,
      }),
    ]);
    expect(heard[0]!.name).toBe('DurableFlowWarning');
    expect(heard[0]!.message).toContain("Use random() from 'durableflow'");
  });

  it("throws at the call with guard: 'error'", async () => {
    let thrown: unknown;
    const body: Body = () => {
      try {
        /* thrown */ [new Date()].pop();
      } catch (error) {
        thrown = error;
      }
    };
    expect(await violations(body, { guard: 'error' })).toEqual(['new Date()']);
    expect(thrown).toMatchObject({
      code: 'DF_NONDETERMINISTIC',
      details: { call: 'new Date()', at: expect.stringContaining(placeOf('thrown')) as string },
    });
    inRun = () => Date.now();
    const flow = await openFlow(':memory:', { guard: 'error' });
    flow.register(Agent, () => new Agent());
    await expect((await flow.start(Agent, true)).result()).rejects.toMatchObject({ code: 'DF_NONDETERMINISTIC' });
  });

  it.each([
    ['development', 1],
    ['production', 0],
  ])('warns by default in %s: %i times', async (environment, times) => {
    vi.stubEnv('NODE_ENV', environment);
    onTestFinished(() => void vi.unstubAllEnvs());
    const events: TelemetryEvent[] = [];
    inRun = () => Date.now();
    await using flow = await DurableFlow.open(':memory:', { telemetry: (event) => events.push(event) });
    flow.register(Agent, () => new Agent());
    await (await flow.start(Agent, false)).result();
    expect(events.filter(({ event }) => event === 'guard.violation')).toHaveLength(times);
  });

  it("is not put up with guard: 'off', and a run of such a flow is left alone beside another flow", async () => {
    await using off = await DurableFlow.open(':memory:', { guard: 'off' });
    expect(current()).toEqual(untouched);
    await using other = await DurableFlow.open(':memory:', { guard: 'error' });
    expect(Date).not.toBe(untouched.Date);
    inRun = () => Date.now();
    off.register(Agent, () => new Agent());
    expect(await (await off.start(Agent, false)).result()).toBeTypeOf('number');
    await other.close();
    expect(current()).toEqual(untouched);
  });

  it('refuses another mode', async () => {
    await expect(DurableFlow.open(':memory:', { guard: 'loud' as 'warn' })).rejects.toMatchObject({ code: 'DF_INVALID_INPUT' });
    expect(current()).toEqual(untouched);
  });
});

describe('the guarded functions', () => {
  it('stay until the last flow is closed, and then are what they were', async () => {
    const first = await DurableFlow.open(':memory:', { guard: 'warn' });
    const second = await DurableFlow.open(':memory:', { guard: 'warn' });
    await first.close();
    await first.close();
    expect(Math.random).not.toBe(untouched.random);
    await second.close();
    expect(current()).toEqual(untouched);
    expect(new Date().constructor).toBe(Date);
  });

  it('do what the originals do', async () => {
    await using flow = await DurableFlow.open(':memory:', { guard: 'warn' });
    expect(flow.runs()).toEqual([]);
    expect(Date).not.toBe(untouched.Date);
    expect(new Date(5)).toBeInstanceOf(untouched.Date);
    expect(new untouched.Date(5)).toBeInstanceOf(Date);
    expect(new Date(5).constructor).toBe(Date);
    expect(new Date(2026, 0, 2).getDate()).toBe(2);
    expect([Date.name, Date.length, typeof Date()]).toEqual(['Date', 7, 'string']);
    class Day extends Date {
      half = true;
    }
    const day = new Day(5);
    expect([day.half, day.getTime(), day instanceof Day, day instanceof Date]).toEqual([true, 5, true, true]);
    expect(performance.now()).toBeGreaterThan(0);
    expect(process.hrtime.bigint()).toBeTypeOf('bigint');
    expect(crypto.randomUUID()).toHaveLength(36);
    expect(await promisify(setTimeout)(1, 'value')).toBe('value');
    expect(structuredClone(new Date(5))).toEqual(new Date(5));
  });

  it('make way for fake timers, whichever comes first and whichever goes first', async () => {
    onTestFinished(() => void vi.useRealTimers());
    const steps = {
      open: async () => void (flow = await DurableFlow.open(':memory:', { guard: 'warn' })),
      fake: () => void vi.useFakeTimers({ now: 5 }),
      close: () => flow!.close(),
      real: () => void vi.useRealTimers(),
    };
    let flow: DurableFlow | undefined;
    for (const order of [
      ['open', 'fake', 'real', 'close'],
      ['open', 'fake', 'close', 'real'],
      ['fake', 'open', 'real', 'close'],
      ['fake', 'open', 'close', 'real'],
    ] as const) {
      for (const name of order) {
        await steps[name]();
        if (!vi.isFakeTimers()) continue;
        expect([Date.now(), new Date().getTime()]).toEqual([5, 5]);
        const called = vi.fn<() => void>();
        setTimeout(called, 1000);
        vi.advanceTimersByTime(1000);
        expect(called).toHaveBeenCalledOnce();
        vi.setSystemTime(5);
      }
      expect(Date.now()).toBeGreaterThan(5);
      // What came back with the real timers is taken away by the next flow that closes.
      await (await DurableFlow.open(':memory:', { guard: 'warn' })).close();
      expect(current()).toEqual(untouched);
    }
  });

  it('leave spies alone', async () => {
    const flow = await DurableFlow.open(':memory:', { guard: 'warn' });
    const spy = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    await flow.close();
    expect(Math.random()).toBe(0.5);
    spy.mockRestore();
    await (await DurableFlow.open(':memory:', { guard: 'warn' })).close();
    expect(current()).toEqual(untouched);
  });

  it('do not stop runs, while timers are fake', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    await using flow = await DurableFlow.open(':memory:', { guard: 'warn' });
    flow.register(Agent, () => new Agent());
    inRun = () => 'done';
    expect(await (await flow.start(Agent, true)).result()).toBe('done');
  });
});
