import { sleep, step, workflow, type Clock, type Store } from 'durableflow';
import { expect, it } from 'vitest';
import { deferred } from '../fixtures/deferred.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

/** A clock that the test sets. Its timers fire long before their time, as those of a busy process do by some milliseconds. */
class EarlyClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  after(_ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, 1);
    return () => clearTimeout(timer);
  }
}

@workflow({ name: 'sleeper' })
class Sleeper {
  async run() {
    await sleep(1000);
    return 'awake';
  }
}

@workflow({ name: 'sleeper-at-work' })
class SleeperAtWork {
  readonly #until: Promise<void>;

  constructor(until: Promise<void>) {
    this.#until = until;
  }

  run() {
    return Promise.race([sleep(1000).then(() => 'awake'), this.work()]);
  }

  @step()
  async work() {
    await this.#until;
    return 'worked';
  }
}

it('a parked run that comes due while the process looks for work is found', async () => {
  const clock = new EarlyClock();
  const store = memoryStore();
  const watched: Store = new Proxy(keptOpen(store), {
    get(target, name: keyof Store) {
      if (name !== 'claimable') return target[name];
      return (...query: Parameters<Store['claimable']>) => {
        const found = target.claimable(...query);
        if (store.run('r')?.status === 'waiting') clock.time = 1000;
        return found;
      };
    },
  });
  const flow = await openFlow(watched, { clock });
  flow.register(Sleeper, () => new Sleeper());
  const run = await flow.start(Sleeper, undefined, { id: 'r' });
  expect(await run.result()).toBe('awake');
}, 5000);

it('a sleep beside a body that goes on is over when its time has come, though its timer fired before', async () => {
  const clock = new EarlyClock();
  const { promise, resolve } = deferred();
  const flow = await openFlow(':memory:', { clock });
  flow.register(SleeperAtWork, () => new SleeperAtWork(promise));
  const run = await flow.start(SleeperAtWork);
  // Long enough for the timer to have fired.
  await new Promise((resolve) => setTimeout(resolve, 50));
  clock.time = 1000;
  expect(await run.result()).toBe('awake');
  resolve();
}, 5000);
