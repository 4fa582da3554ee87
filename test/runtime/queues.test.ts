import { signal, sleep, step, SqliteStore, workflow, type DurableFlow, type QueueOptions, type VirtualClock } from 'durableflow';
import { join } from 'node:path';
import { setTimeout as realTime } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../fixtures/eventually.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { stage, type Stage } from '../fixtures/virtual-flow.js';

interface Order {
  readonly n: number;
  readonly customer?: string;
  readonly waits?: boolean;
}

/** Counts, outside of the engine, who is at work. */
let atWork: Map<string, number>;
let most: Map<string, number>;
let order: number[];
let clock: VirtualClock | undefined;
let beganAt: number[];

@workflow({ name: 'queues' })
class Queued {
  async run(input: Order) {
    await this.work(input);
    if (input.waits) await sleep('1h');
    return input.n;
  }

  @step()
  async work({ n, customer = 'all' }: Order) {
    beganAt.push(clock?.now() ?? 0);
    order.push(n);
    for (const who of new Set([customer, 'everybody'])) {
      atWork.set(who, (atWork.get(who) ?? 0) + 1);
      most.set(who, Math.max(most.get(who) ?? 0, atWork.get(who)!));
    }
    await realTime(1);
    for (const who of new Set([customer, 'everybody'])) atWork.set(who, atWork.get(who)! - 1);
  }
}

beforeEach(() => {
  atWork = new Map();
  most = new Map();
  order = [];
  beganAt = [];
  clock = undefined;
});

async function queued(queue: QueueOptions<Order>): Promise<Stage & { flow: DurableFlow }> {
  const it = stage();
  clock = it.clock;
  const flow = await it.open();
  flow.register(Queued, () => new Queued(), { queue });
  return { ...it, flow };
}

const startAll = (flow: DurableFlow, count: number, input: (n: number) => Order = (n) => ({ n })) =>
  Promise.all(Array.from({ length: count }, (_, n) => flow.start(Queued, input(n), { id: `r-${n}` })));

describe('a queue', () => {
  it('with concurrency 1 never has two runs at work, and begins them in order', async () => {
    const { flow } = await queued({ concurrency: 1 });
    const runs = await startAll(flow, 20);
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most.get('everybody')).toBe(1);
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('without limits lets all of them run at once, as the oracle sees', async () => {
    const { flow } = await queued({});
    const runs = await startAll(flow, 20);
    await Promise.all(runs.map((run) => run.result()));
    expect(most.get('everybody')).toBeGreaterThan(1);
  });

  it('is kept to by two processes on one file together', async () => {
    const file = join(tempFolder(), 'app.db');
    const flows = await Promise.all(
      [1, 2].map(() => openFlow(new SqliteStore(file, { durability: 'process-crash' }), { pollInterval: 2 })),
    );
    for (const flow of flows) flow.register(Queued, () => new Queued(), { queue: { concurrency: 2 } });
    const runs = await Promise.all(Array.from({ length: 20 }, (_, n) => flows[n % 2]!.start(Queued, { n })));
    await Promise.all(runs.map((run) => run.result()));
    expect(most.get('everybody')).toBeLessThanOrEqual(2);
    expect(order).toHaveLength(20);
  });

  it('has limits for each key', async () => {
    const { flow } = await queued({ concurrency: 3, key: ({ customer }) => customer!, perKey: { concurrency: 1 } });
    const runs = await startAll(flow, 15, (n) => ({ n, customer: 'abc'[n % 3]! }));
    await Promise.all(runs.map((run) => run.result()));
    for (const customer of 'abc') expect(most.get(customer)).toBe(1);
    expect(most.get('everybody')).toBeLessThanOrEqual(3);
  });

  it('does not hold other customers up because one has reached its limit', async () => {
    const { flow } = await queued({ key: ({ customer }) => customer!, perKey: { rate: { max: 1, per: '1h' } } });
    const runs = await startAll(flow, 4, (n) => ({ n, customer: n < 3 ? 'big' : 'small' }));
    expect(await runs[3]!.result()).toBe(3);
    expect(runs[2]!.view().status).toBe('pending');
  });

  it('with a rate begins so many in any span of time', async () => {
    const { flow, clock: time } = await queued({ rate: { max: 2, per: '1m' } });
    const start = time.now();
    const runs = await startAll(flow, 6);
    await time.until(Promise.all(runs.map((run) => run.result())));
    expect(beganAt.map((at) => (at - start) / 60_000)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('with a rate lets a run that has begun go on', async () => {
    const { flow, clock: time } = await queued({ rate: { max: 1, per: '1d' } });
    const run = await flow.start(Queued, { n: 1, waits: true });
    const start = time.now();
    await time.until(run.result());
    expect(time.now() - start).toBe(60 * 60_000);
  });

  it('lends the place of a run that waits to another one, and gives it one again', async () => {
    const { flow, clock: time } = await queued({ concurrency: 1 });
    const waiting = await flow.start(Queued, { n: 1, waits: true });
    await waiting.settled();
    expect(await (await flow.start(Queued, { n: 2 })).result()).toBe(2);
    expect(await time.until(waiting.result())).toBe(1);
  });

  it('keeps its places while its process is replaced', async () => {
    const it = await queued({ concurrency: 1 });
    const held = await it.flow.start(Queued, { n: 1 });
    const runs = await startAll(it.flow, 5);
    await held.result();
    await it.flow.close();
    const second = await it.open();
    second.register(Queued, () => new Queued(), { queue: { concurrency: 1 } });
    await Promise.all(runs.map(({ id }) => second.run(id).result()));
    expect(most.get('everybody')).toBe(1);
    expect(new Set(order).size).toBe(5);
  });

  it('can be shared by workflows', async () => {
    @workflow({ name: 'queues/other' })
    class Other extends Queued {}
    const { flow } = await queued({ name: 'shared', concurrency: 1 });
    flow.register(Other, () => new Other(), { queue: { name: 'shared', concurrency: 1 } });
    const runs = await Promise.all(Array.from({ length: 10 }, (_, n) => flow.start(n % 2 ? Queued : Other, { n })));
    await Promise.all(runs.map((run) => run.result()));
    expect(most.get('everybody')).toBe(1);
  });

  it('shows how it stands', async () => {
    @workflow({ name: 'queues/shown' })
    class Shown {
      run() {
        return signal(z.string(), 'go');
      }
    }
    const { flow } = await queued({});
    flow.register(Shown, () => new Shown(), { queue: { rate: { max: 1, per: '1h' } } });
    const runs = await Promise.all([1, 2, 3].map(() => flow.start(Shown)));
    await eventually(() => runs.some((run) => run.view().status === 'waiting'));
    expect(flow.queues().find(({ name }) => name === 'queues/shown')).toMatchObject({ pending: 2, running: 0, waiting: 1 });
    expect(runs[0]!.view().queue).toBe('queues/shown');
  });

  it.each<[string, QueueOptions<Order>]>([
    ['concurrency 0', { concurrency: 0 }],
    ['half a run', { concurrency: 0.5 }],
    ['a rate of nothing', { rate: { max: 0, per: '1m' } }],
    ['a rate per nothing known', { rate: { max: 1, per: 'soon' as never } }],
    ['limits per key without keys', { perKey: { concurrency: 1 } }],
  ])('with %s is refused', async (_, queue) => {
    const flow = await openFlow();
    expect(await errorCode(() => flow.register(Queued, () => new Queued(), { queue }))).toBe('DF_INVALID_INPUT');
  });

  it('refuses a run whose key is no string', async () => {
    const { flow } = await queued({ key: ({ customer }) => customer!, perKey: { concurrency: 1 } });
    expect(await errorCode(flow.start(Queued, { n: 1 }))).toBe('DF_INVALID_INPUT');
  });
});

describe('priorities and delays', () => {
  it('begin higher priorities first, equals in order', async () => {
    const { flow } = await queued({ concurrency: 1 });
    const priorities = [0, 5, 1, 5, -1, 0];
    const runs = await Promise.all(priorities.map((priority, n) => flow.start(Queued, { n }, { priority })));
    await Promise.all(runs.map((run) => run.result()));
    expect(order).toEqual([1, 3, 2, 0, 5, 4]);
  });

  it.each([0.5, Number.NaN, 'high'])('refuse the priority %s, and other runs do not suffer', async (priority) => {
    const { flow } = await queued({});
    const [bad, good] = await Promise.allSettled([
      flow.start(Queued, { n: 1 }, { priority: priority as never }),
      flow.start(Queued, { n: 2 }),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'DF_INVALID_INPUT' } });
    expect(good.status).toBe('fulfilled');
  });

  it('a delayed run begins when its time has come, even if no process was there', async () => {
    const it = stage();
    clock = it.clock;
    const first = await it.open([Queued]);
    const run = await first.start(Queued, { n: 1 }, { delay: '1h' });
    expect(await run.settled()).toMatchObject({ status: 'waiting', claims: 0, wakeAt: new Date(it.clock.now() + 3_600_000) });
    await first.close();
    await it.clock.advance('59m');
    const second = await it.open([Queued]);
    expect(second.run(run.id).view().status).toBe('waiting');
    await it.clock.advance('1m');
    expect(await second.run(run.id).result()).toBe(1);
    expect(order).toEqual([1]);
  });

  it('a delayed run can be cancelled, and a signal does not wake it', async () => {
    const it = stage();
    const flow = await it.open([Queued]);
    const run = await flow.start(Queued, { n: 1 }, { delay: '1h' });
    await flow.signal(run.id, 'early');
    expect(run.view().status).toBe('waiting');
    await run.cancel();
    await it.clock.advance('2h');
    expect(run.view().status).toBe('cancelled');
    expect(order).toEqual([]);
  });
});
