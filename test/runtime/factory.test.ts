import { step, workflow, type TelemetryEvent } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

@workflow({ name: 'factory' })
class Made {
  constructor(private readonly by: string) {}

  run() {
    return this.work();
  }

  @step()
  async work() {
    return `made by ${this.by}`;
  }
}

describe.each(['at once', 'later'])('a factory that fails %s', (when) => {
  const fail = () => {
    const error = new Error('no connection');
    if (when === 'later') return Promise.reject(error);
    throw error;
  };

  it('is told of, harms no run, and the run can be resumed', async () => {
    let works = false;
    const events: TelemetryEvent[] = [];
    const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event) });
    flow.register(Made, () => (works ? new Made('mended factory') : fail()));
    const run = await flow.start(Made, undefined, { id: 'r' });
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_FACTORY_FAILED', cause: { message: 'no connection' } });
    expect(run.view().status).toBe('pending');
    expect(events.find(({ event }) => event === 'workflow.unavailable')).toMatchObject({ run: 'r', workflow: 'factory' });
    works = true;
    await flow.resume('r');
    expect(await run.result()).toBe('made by mended factory');
  });
});

describe('a factory', () => {
  it('makes one instance for each time a run is taken up', async () => {
    const made: Made[] = [];
    const store = memoryStore();
    const flow = await openFlow(keptOpen(store));
    flow.register(Made, async () => {
      const it = new Made(`number ${made.length}`);
      made.push(it);
      return it;
    });
    const runs = await Promise.all([flow.start(Made), flow.start(Made)]);
    expect((await Promise.all(runs.map((run) => run.result()))).sort()).toEqual(['made by number 0', 'made by number 1']);
    expect(made).toHaveLength(2);
  });
});

describe('maxConcurrentRuns', () => {
  it.each(['one by one', 'in one burst'])('holds for runs that are started %s', async (how) => {
    let now = 0;
    let most = 0;
    @workflow({ name: 'factory/crowd' })
    class Crowd {
      async run(n: number) {
        now++;
        most = Math.max(most, now);
        await this.work(n);
        now--;
        return n;
      }

      @step()
      async work(_n: number) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const flow = await openFlow(':memory:', { maxConcurrentRuns: 2 });
    flow.register(Crowd, () => new Crowd());
    const numbers = Array.from({ length: 12 }, (_, n) => n);
    const runs = [];
    if (how === 'in one burst') runs.push(...(await Promise.all(numbers.map((n) => flow.start(Crowd, n)))));
    else for (const n of numbers) runs.push(await flow.start(Crowd, n));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(numbers);
    expect(most).toBe(2);
  });

  it('counts no parked run', async () => {
    const { approval } = await import('durableflow');
    @workflow({ name: 'factory/parked' })
    class Parked {
      run(_n: number) {
        return this.gated();
      }

      @approval()
      @step()
      async gated() {}
    }
    const flow = await openFlow(':memory:', { maxConcurrentRuns: 1 });
    flow.register(Parked, () => new Parked());
    await Promise.all(Array.from({ length: 5 }, (_, n) => flow.start(Parked, n)));
    await eventually(() => flow.countRuns().waiting === 5);
  });
});
