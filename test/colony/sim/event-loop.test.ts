import { setImmediate } from 'node:timers/promises';
import { step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import type { ColonyJob } from '../../../colony/job/colony-job.js';
import { EventLoop } from '../../../colony/sim/event-loop.js';
import { micros } from '../../../colony/time.js';
import { destroy, smallSim } from '../small-sim.js';

describe('EventLoop', () => {
  it('goes through what is planned by time, and at the same time in the order in which it was planned', async () => {
    const loop = new EventLoop();
    const log: string[] = [];
    const say = (what: string) => () => void log.push(`${loop.now()} ${what}`);
    loop.after(5, say('planned first'));
    loop.after(5, say('planned second'));
    const cancel = loop.after(2, say('never'));
    loop.after(1, () => {
      say('first')();
      loop.after(4, say('planned last'));
      loop.after(-1, say('at once'));
      cancel();
    });
    await loop.run();
    expect(log).toEqual(['1 first', '1 at once', '5 planned first', '5 planned second', '5 planned last']);
  });

  it('stands still while something goes on', async () => {
    const loop = new EventLoop();
    const seen: number[] = [];
    loop.after(1, () => {
      const who = {};
      loop.wake(who);
      void (async () => {
        for (let turn = 0; turn < 3; turn++) await setImmediate();
        seen.push(loop.now());
        loop.rest(who);
      })();
    });
    loop.after(2, () => seen.push(loop.now()));
    await loop.run();
    expect(seen).toEqual([1, 2]);
  });

  it('goes on without those of whom nothing is heard, and stops when it is told to', async () => {
    const loop = new EventLoop();
    const seen: number[] = [];
    loop.after(1, () => loop.wake({}));
    loop.after(2, () => seen.push(loop.now()));
    loop.after(3, () => loop.stop());
    loop.after(4, () => seen.push(loop.now()));
    await loop.run();
    expect(seen).toEqual([2]);
  });

  it('tells the engine the same time, in whole milliseconds', async () => {
    const loop = new EventLoop();
    const start = loop.clock.now();
    const seen: number[] = [];
    loop.clock.after(1.5, () => seen.push(loop.now(), loop.clock.now() - start));
    await loop.run();
    expect(seen).toEqual([1500, 1]);
  });
});

/** Does a chain of two stages and two single ones at the same time. */
@workflow({ name: 'parallel' })
class Parallel {
  async run(job: string): Promise<string> {
    const parts = await Promise.all([this.#chain(job), this.b(job), this.c(job)]);
    return parts.join();
  }

  async #chain(job: string): Promise<string> {
    return this.a(await this.a(job));
  }

  @step()
  async a(job: string): Promise<string> {
    return `${job}a`;
  }

  @step()
  async b(job: string): Promise<string> {
    return `${job}b`;
  }

  @step()
  async c(job: string): Promise<string> {
    return `${job}c`;
  }
}

const parallel: ColonyJob<typeof Parallel> = { class: Parallel, make: () => new Parallel(), input: (id) => id };
const workload = {
  ...{ jobs: 1, prepareSeconds: 0 },
  stages: Object.entries({ a: 20, b: 10, c: 30 }).map(([method, seconds]) => ({ method, seconds })),
};

describe('stages at the same time', () => {
  const timing = { job: parallel, workload, slots: 1, delaySeconds: { detect: 5, provision: 0, restore: 0, checkpoint: 0.5 } };

  it.each([
    ['scratch', 40],
    // Two records of the longest chain; those of the others are written meanwhile.
    ['durable', 41],
  ] as const)('take as long as the longest: %s', async (arm, span) => {
    const { run } = await smallSim(arm, { ...timing, events: [] });
    expect(run.jobs[0]!.doneAt).toBe(micros(span));
    expect(run.violations).toEqual([]);
  });

  it('come out the same every time', async () => {
    const once = () => smallSim('durable', { ...timing, events: [destroy(12), destroy(40)], picture: true });
    const { run } = await once();
    expect(run.landed.destroy).toBe(2);
    for (let again = 0; again < 5; again++) expect(JSON.stringify((await once()).run)).toBe(JSON.stringify(run));
  });
});
