import { setTimeout as pause } from 'node:timers/promises';
import { StepTimeout, abortSignal, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';

const bodies: Deferred<string>[] = [];
const signals: AbortSignal[] = [];

@workflow({ name: 'timeout' })
class Slow {
  run() {
    return this.work();
  }

  @step({ timeout: '10s', retry: { maxAttempts: 2, initialDelay: 0 } })
  async work() {
    const body = deferred<string>();
    bodies.push(body);
    signals.push(abortSignal());
    return body.promise;
  }
}

async function slow() {
  bodies.length = 0;
  signals.length = 0;
  const clock = new ManualClock();
  const flow = await openFlow(':memory:', { clock });
  flow.register(Slow, () => new Slow());
  const run = await flow.start(Slow, undefined, { id: 'r' });
  await eventually(() => bodies.length === 1);
  return { flow, run, clock };
}

describe('a timeout', () => {
  it('gives the attempt up, aborts its signal, and ignores its late result', async () => {
    const { flow, run, clock } = await slow();
    clock.advance(10_000);
    await eventually(() => {
      clock.advance(0);
      return bodies.length === 2;
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0]!.reason).toBeInstanceOf(StepTimeout);
    bodies[0]!.resolve('late');
    await turns();
    expect(run.view().status).toBe('running');
    bodies[1]!.resolve('in time');
    expect(await run.result()).toBe('in time');
    expect(flow.show('r').steps).toEqual([expect.objectContaining({ value: 'in time', attempts: 2 })]);
  });

  it('of the last attempt is the error of the step', async () => {
    const { run, clock } = await slow();
    const result = rejection(run.result());
    await eventually(() => {
      clock.advance(10_000);
      return run.view().status === 'failed';
    });
    expect(await result).toBeInstanceOf(StepTimeout);
    expect(await result).toMatchObject({ code: 'DF_STEP_TIMEOUT', details: { method: 'work', timeoutMs: 10_000 } });
    for (const body of bodies) body.reject(new Error('late as well'));
    await turns();
  });

  it('is called off by a result in time', async () => {
    const { run, clock } = await slow();
    bodies[0]!.resolve('quick');
    expect(await run.result()).toBe('quick');
    await turns();
    clock.advance(60_000);
    expect(signals[0]!.aborted).toBe(false);
  });

  it('of one kind sets none of the other', async () => {
    @workflow({ name: 'timeout/one-kind' })
    class OneKind {
      run() {
        return Promise.all([this.timed(), this.listened()]);
      }

      @step({ timeout: '1m', retry: { maxAttempts: 1 } })
      async timed() {
        return pause(30, 'timed');
      }

      @step({ heartbeatTimeout: '1m', retry: { maxAttempts: 1 } })
      async listened() {
        return pause(30, 'listened');
      }
    }
    const flow = await openFlow();
    flow.register(OneKind, () => new OneKind());
    expect(await (await flow.start(OneKind)).result()).toEqual(['timed', 'listened']);
  });
});
