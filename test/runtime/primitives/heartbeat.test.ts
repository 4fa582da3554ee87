import { abortSignal, heartbeat, StepTimeout, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../../fixtures/deferred.js';
import { eventually, turns } from '../../fixtures/eventually.js';
import { ManualClock } from '../../fixtures/manual-clock.js';
import { openFlow } from '../../fixtures/open-flow.js';
import { rejection } from '../../fixtures/rejection.js';

let done: Deferred<string>[];
let beats: (() => void)[];
let aborted: unknown[];

@workflow({ name: 'heartbeat' })
class Long {
  run(beating: boolean) {
    return beating ? this.beating() : this.silent();
  }

  @step({ heartbeatTimeout: '10s', timeout: '60s', retry: { maxAttempts: 1 } })
  async beating() {
    const own = deferred<string>();
    done.push(own);
    const { promise: beat, resolve } = deferred();
    let next = beat;
    beats.push(resolve);
    void (async () => {
      for (;;) {
        await next;
        const again = deferred();
        next = again.promise;
        beats.push(again.resolve);
        heartbeat();
      }
    })();
    return own.promise;
  }

  @step({ heartbeatTimeout: '10s', retry: { maxAttempts: 2, initialDelay: 0 } })
  async silent() {
    const own = deferred<string>();
    done.push(own);
    abortSignal().addEventListener('abort', (event) => aborted.push((event.target as AbortSignal).reason));
    return own.promise;
  }
}

async function started(isBeating: boolean) {
  done = [];
  beats = [];
  aborted = [];
  const clock = new ManualClock();
  const flow = await openFlow(':memory:', { clock, random: () => 0 });
  flow.register(Long, () => new Long());
  const run = await flow.start(Long, isBeating);
  await eventually(() => done.length === 1);
  return { clock, run };
}

describe('a heartbeat timeout', () => {
  it('gives up an attempt that is silent, tells its body, and tries again', async () => {
    const { clock, run } = await started(false);
    clock.advance(9_999);
    await turns();
    expect(done).toHaveLength(1);
    clock.advance(1);
    await turns();
    clock.advance(0);
    await eventually(() => done.length === 2);
    expect(aborted).toEqual([expect.any(StepTimeout)]);
    done[0]!.resolve('of the attempt that was given up');
    await turns();
    done[1]!.resolve('second');
    expect(await run.result()).toBe('second');
  });

  it('fails the step when the attempts are used up', async () => {
    const { clock, run } = await started(false);
    for (const attempt of [1, 2]) {
      await eventually(() => done.length === attempt);
      clock.advance(10_000);
      await turns();
      clock.advance(0);
    }
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_STEP_TIMEOUT' });
  });

  it('does not touch an attempt that gives signs of life', async () => {
    const { clock, run } = await started(true);
    for (let i = 0; i < 5; i++) {
      clock.advance(9_000);
      beats[i]!();
      await turns(2);
    }
    done[0]!.resolve('alive');
    expect(await run.result()).toBe('alive');
  });

  it('does not lengthen the timeout of the attempt', async () => {
    const { clock, run } = await started(true);
    for (let i = 0; i < 7; i++) {
      clock.advance(9_000);
      beats[i]!();
      await turns(2);
    }
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_STEP_TIMEOUT' });
  });

  it('matters to nothing outside the engine', () => {
    expect(heartbeat()).toBeUndefined();
  });
});
