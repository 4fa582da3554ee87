import { z } from 'zod';
import { FatalError, step, workflow, type TelemetryEvent } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';

let attempts: number[] = [];
let body: (attempt: number) => unknown;

@workflow({ name: 'retry' })
class Retrying {
  constructor(private readonly clock: ManualClock) {}

  run() {
    return this.work();
  }

  @step({ retry: { maxAttempts: 4, initialDelay: '1s', maxDelay: '3s' } })
  async work() {
    attempts.push(this.clock.now());
    return body(attempts.length);
  }
}

async function retrying(random: () => number = () => 0.5) {
  attempts = [];
  const clock = new ManualClock(0);
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { clock, random, telemetry: (event) => void events.push(event) });
  flow.register(Retrying, () => new Retrying(clock));
  const run = await flow.start(Retrying, undefined, { id: 'r' });
  /** Moves the clock until this many attempts were made. */
  const until = (count: number) =>
    eventually(() => {
      if (attempts.length < count && clock.pending > 0) clock.advance(100);
      return attempts.length >= count;
    });
  return { flow, run, clock, events, until };
}

const failing = (attempt: number) => {
  throw new Error(`failure ${attempt}`);
};

describe('retries', () => {
  it('wait with full jitter below a doubling ceiling, which maxDelay cuts off', async () => {
    body = failing;
    const { run, events, until } = await retrying(() => 0.5);
    await until(4);
    expect(await rejection(run.result())).toMatchObject({ message: 'failure 4' });
    expect(events.filter(({ event }) => event === 'attempt.failed').map((event) => (event as { retryInMs?: number }).retryInMs)).toEqual([
      500,
      1000,
      1500,
      undefined,
    ]);
  });

  it.each([
    [0, [0, 0, 0]],
    [0.999, [999, 1998, 2997]],
  ])('go by the random port: %s', async (random, delays) => {
    body = failing;
    const { run, events, until } = await retrying(() => random);
    await until(4);
    await rejection(run.result());
    const waited = events.flatMap((event) => (event.event === 'attempt.failed' && event.retryInMs !== undefined ? [event.retryInMs] : []));
    expect(waited).toEqual(delays);
  });

  it('really wait: nothing happens until the time is over', async () => {
    body = failing;
    const { clock, until } = await retrying(() => 0.5);
    await until(1);
    await turns();
    clock.advance(499);
    await turns();
    expect(attempts).toHaveLength(1);
    clock.advance(1);
    await until(2);
    expect(attempts).toEqual([0, 500]);
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': new Date(9000).toUTCString() }, 9000],
    ['a Headers object', new Headers({ 'Retry-After': '11' }), 11_000],
    ['nonsense', { 'retry-after': 'soon' }, 500],
  ])('honour Retry-After, beyond maxDelay too: %s', async (_what, headers, delay) => {
    body = (attempt) => {
      if (attempt === 1) throw Object.assign(new Error('slow down'), { status: 429, headers });
      return 'ok';
    };
    const { run, events, until } = await retrying(() => 0.5);
    await until(2);
    expect(await run.result()).toBe('ok');
    expect(events.find(({ event }) => event === 'attempt.failed')).toMatchObject({ retryInMs: delay });
  });

  it('stop at the first success, and count the attempts', async () => {
    body = (attempt) => (attempt < 3 ? failing(attempt) : 'at last');
    const { flow, run, until } = await retrying();
    await until(3);
    expect(await run.result()).toBe('at last');
    expect(flow.show('r').steps).toEqual([expect.objectContaining({ attempts: 3, value: 'at last' })]);
  });

  it('are not made for a FatalError', async () => {
    body = () => {
      throw new FatalError('never');
    };
    const { flow, run } = await retrying();
    const error = await rejection(run.result());
    expect(error).toBeInstanceOf(FatalError);
    expect(flow.show('r').steps[0]).toMatchObject({ attempts: 1, outcome: 'threw' });
  });

  it('are made for an output that its schema refuses; the parsed value is recorded', async () => {
    @workflow({ name: 'retry/schema' })
    class Checked {
      attempts = 0;

      run() {
        return this.work();
      }

      @step({ output: z.object({ n: z.coerce.number() }), retry: { initialDelay: 0 } })
      async work(): Promise<unknown> {
        return ++this.attempts === 1 ? { wrong: true } : { n: '7', extra: 1 };
      }
    }
    const flow = await openFlow();
    flow.register(Checked, () => new Checked());
    expect(await (await flow.start(Checked)).result()).toEqual({ n: 7 });
  });

  it('leave the next attempt to the next process when this one closes', async () => {
    body = (attempt) => (attempt === 1 ? failing(attempt) : 'second process');
    const { flow, until } = await retrying();
    await until(1);
    await turns();
    await flow.close();
    expect(attempts).toHaveLength(1);
  });
});
