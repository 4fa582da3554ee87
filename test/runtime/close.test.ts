import { join } from 'node:path';
import { abortSignal, approval, sideEffect, step, workflow, type TelemetryEvent } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

const executed: string[] = [];
let body: Deferred<string>;
let began: Deferred<void>;

@workflow({ name: 'close' })
class Closing {
  async run(names: string[]) {
    const values: string[] = [];
    for (const name of names)
      values.push(name === 'slow' ? await this.slow() : name === 'send' ? await this.send() : await this.quick(name));
    return values;
  }

  @step()
  async quick(name: string) {
    executed.push(name);
    return name;
  }

  @step({ retry: { maxAttempts: 1 } })
  async slow() {
    executed.push('slow');
    abortSignal().addEventListener('abort', () => executed.push('aborted'));
    began.resolve();
    return body.promise;
  }

  @sideEffect({ idempotencyKey: () => 'send' })
  async send() {
    executed.push('send');
    began.resolve();
    return body.promise;
  }
}

beforeEach(() => {
  executed.length = 0;
  body = deferred();
  began = deferred();
});

describe('close', () => {
  it('lets a body that is under way finish; it is recorded and does not run again', async () => {
    const store = memoryStore();
    const first = await openFlow(keptOpen(store));
    first.register(Closing, () => new Closing());
    await first.start(Closing, ['slow', 'a'], { id: 'r' });
    await began.promise;
    const closing = first.close();
    await turns();
    body.resolve('slow');
    await closing;
    expect(store.journal('r')).toHaveLength(1);
    expect(store.run('r')).toMatchObject({ status: 'pending', owner: undefined });
    expect(executed).toEqual(['slow']);
    const second = await openFlow(keptOpen(store));
    second.register(Closing, () => new Closing());
    expect(await second.run('r').result()).toEqual(['slow', 'a']);
    expect(executed).toEqual(['slow', 'a']);
  });

  it('gives up a body that takes longer than the grace, aborts it, and gives the run back', async () => {
    const store = memoryStore();
    const clock = new ManualClock();
    const events: TelemetryEvent[] = [];
    const first = await openFlow(keptOpen(store), { clock, telemetry: (event) => void events.push(event) });
    first.register(Closing, () => new Closing());
    await first.start(Closing, ['slow'], { id: 'r' });
    await began.promise;
    const closing = first.close({ grace: '2s' });
    await turns();
    expect(executed).toEqual(['slow']);
    clock.advance(2000);
    await closing;
    expect(executed).toEqual(['slow', 'aborted']);
    expect(events.at(-1)!.event).toBe('run.released');
    expect(store.run('r')!.status).toBe('pending');
    body.resolve('too late');
    await turns();
    expect(store.journal('r')).toEqual([]);
  });

  it('needs no grace when nothing is under way: between steps, whatever the moment', async () => {
    for (let after = 0; after < 12; after++) {
      // The clock never moves, so whoever waits for the grace waits for ever.
      const store = memoryStore();
      const flow = await openFlow(keptOpen(store), { clock: new ManualClock() });
      flow.register(Closing, () => new Closing());
      await flow.start(Closing, ['a', 'b', 'c', 'd', 'e', 'f'], { id: 'r' });
      await turns(after);
      await flow.close({ grace: '5s' });
      expect(['pending', 'completed']).toContain(store.run('r')!.status);
    }
  });

  it('needs no grace for a call that waits for its next attempt while another one finishes', async () => {
    @workflow({ name: 'close/retrying' })
    class Retrying {
      run() {
        return Promise.all([this.failing(), this.slow()]);
      }

      @step({ retry: { maxAttempts: 9, initialDelay: '10ms' } })
      async failing() {
        executed.push('failing');
        throw new Error('again');
      }

      @step()
      async slow() {
        began.resolve();
        return body.promise;
      }
    }
    const clock = new ManualClock();
    const store = memoryStore();
    const flow = await openFlow(keptOpen(store), { clock, random: () => 0.99 });
    flow.register(Retrying, () => new Retrying());
    await flow.start(Retrying, undefined, { id: 'r' });
    await began.promise;
    await eventually(() => executed.length === 1);
    await turns();
    const closing = flow.close({ grace: '1h' });
    await turns();
    // The delay is over while the flow closes: no new attempt begins, and none is waited for.
    clock.advance(1000);
    await turns();
    body.resolve('done');
    await closing;
    expect(executed).toEqual(['failing']);
    expect(store.journal('r').map(({ name }) => name)).toEqual(['slow']);
  });

  it('does not wait longer than the grace for a run that is cancelled or over, but whose effect hangs', async () => {
    const store = memoryStore();
    const clock = new ManualClock();
    const flow = await openFlow(keptOpen(store), { clock });
    flow.register(Closing, () => new Closing());
    const run = await flow.start(Closing, ['send'], { id: 'r' });
    await began.promise;
    await run.cancel();
    const closing = flow.close({ grace: '2s' });
    await turns();
    clock.advance(2000);
    await closing;
    expect(store.effects('r')[0]!.state).toBe('intended');
    expect(store.run('r')!.owner).toBeUndefined();
  });

  it('while an intent is being written begins no effect', async () => {
    let closing: Promise<void> | undefined;
    let close!: () => Promise<void>;
    const store = memoryStore();
    const flow = await openFlow(
      keptOpen(
        wrappedStore(store, {
          intend: (next, ...args) => {
            const answer = next(...args);
            closing = close();
            return answer;
          },
        }),
      ),
      { clock: new ManualClock() },
    );
    close = () => flow.close({ grace: '5s' });
    flow.register(Closing, () => new Closing());
    await flow.start(Closing, ['send'], { id: 'r' });
    await eventually(() => closing !== undefined);
    await closing;
    expect(executed).toEqual([]);
    expect(store.effects('r').map(({ state }) => state)).not.toContain('intended');
  });

  it('keeps runs that begin in the same turn for the next process', async () => {
    const store = memoryStore();
    const flow = await openFlow(keptOpen(store));
    flow.register(Closing, () => new Closing());
    const starting = flow.start(Closing, ['a'], { id: 'r' });
    const closing = flow.close({ grace: 0 });
    await Promise.allSettled([starting, closing]);
    await turns();
    expect(executed).toEqual([]);
    expect(store.run('r')?.status ?? 'pending').toBe('pending');
  });

  it('begins nothing when a factory comes too late', async () => {
    const store = memoryStore();
    const instance = deferred<Closing>();
    const flow = await openFlow(keptOpen(store));
    flow.register(Closing, () => instance.promise);
    await flow.start(Closing, ['a'], { id: 'r' });
    await flow.close({ grace: 0 });
    instance.resolve(new Closing());
    await turns();
    expect(executed).toEqual([]);
    expect(store.run('r')!.status).toBe('pending');
  });

  it('is the same promise when called twice, and works as `await using` does', async () => {
    const flow = await openFlow(join(tempFolder(), 'app.db'));
    const [first, second] = [flow.close(), flow.close()];
    expect(second).toBe(first);
    await first;
    await flow[Symbol.asyncDispose]();
  });

  it('leaves a parked run where it is', async () => {
    @workflow({ name: 'close/gated' })
    class Gated {
      run() {
        return this.gated();
      }

      @approval()
      @step()
      async gated() {
        return 'through';
      }
    }
    const store = memoryStore();
    const flow = await openFlow(keptOpen(store), { clock: new ManualClock() });
    flow.register(Gated, () => new Gated());
    await (await flow.start(Gated, undefined, { id: 'r' })).settled();
    await flow.close();
    expect(store.run('r')!.status).toBe('waiting');
  });
});
