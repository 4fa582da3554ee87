import { setTimeout as sleep } from 'node:timers/promises';
import { sideEffect, workflow, type Store, type TelemetryEvent } from 'durableflow';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

const charged: number[] = [];
let bank: Deferred<void>;

@workflow({ name: 'effect-key/charge' })
class Charge {
  run({ order, cents }: { order: string; cents: number; attempt?: number }) {
    return this.charge(order, cents);
  }

  @sideEffect({ idempotencyKey: (order) => `charge:${order}` })
  async charge(order: string, cents: number) {
    charged.push(cents);
    await bank.promise;
    return `${order} ${cents} #${charged.length}`;
  }
}

async function chargeFlow(options: Parameters<typeof openFlow>[1] = {}, store: Store = memoryStore()) {
  charged.length = 0;
  bank = deferred();
  const flow = await openFlow(keptOpen(store), options);
  flow.register(Charge, () => new Charge());
  return flow;
}

describe('an idempotency key', () => {
  it('used in a second run adopts the outcome of the first', async () => {
    const events: TelemetryEvent[] = [];
    const flow = await chargeFlow({ telemetry: (event) => void events.push(event) });
    bank.resolve();
    const first = await (await flow.start(Charge, { order: 'o', cents: 5, attempt: 1 })).result();
    const second = await (await flow.start(Charge, { order: 'o', cents: 5, attempt: 2 })).result();
    expect(second).toBe(first);
    expect(charged).toEqual([5]);
    expect(events.filter(({ event }) => event === 'effect.settled')).toEqual([expect.objectContaining({ source: 'key', happened: true })]);
  });

  it('used in two runs at once makes one wait for the other', async () => {
    const flow = await chargeFlow();
    const runs = await Promise.all([1, 2, 3].map((attempt) => flow.start(Charge, { order: 'o', cents: 5, attempt })));
    await eventually(() => charged.length > 0);
    await turns(5);
    bank.resolve();
    const results = await Promise.all(runs.map((run) => run.result()));
    expect(new Set(results).size).toBe(1);
    expect(charged).toEqual([5]);
  });

  it('is asked for less and less often while another run is at it', async () => {
    const flow = await chargeFlow();
    const runs = [await flow.start(Charge, { order: 'o', cents: 5, attempt: 1 })];
    await eventually(() => charged.length > 0);
    const asked = vi.spyOn(SqliteStore.prototype, 'intend');
    onTestFinished(() => asked.mockRestore());
    runs.push(await flow.start(Charge, { order: 'o', cents: 5, attempt: 2 }));
    await sleep(1200);
    bank.resolve();
    await Promise.all(runs.map((run) => run.result()));
    // Every 100 ms it would be twelve.
    expect(asked.mock.calls.length).toBeLessThanOrEqual(7);
  });

  it('used again with other arguments is an error, and nothing is begun', async () => {
    const flow = await chargeFlow();
    bank.resolve();
    await (await flow.start(Charge, { order: 'o', cents: 5 })).result();
    expect(await errorCode((await flow.start(Charge, { order: 'o', cents: 6 })).result())).toBe('DF_EFFECT_KEY_REUSED');
    expect(charged).toEqual([5]);
  });

  it('stands within its method: the same key elsewhere is another effect', async () => {
    @workflow({ name: 'effect-key/two-methods' })
    class TwoMethods {
      run() {
        return Promise.all([this.one(), this.two()]);
      }

      @sideEffect({ idempotencyKey: () => 'same' })
      async one() {
        return 1;
      }

      @sideEffect({ idempotencyKey: () => 'same' })
      async two() {
        return 2;
      }
    }
    const flow = await openFlow();
    flow.register(TwoMethods, () => new TwoMethods());
    expect(await (await flow.start(TwoMethods)).result()).toEqual([1, 2]);
  });

  it('used in two parallel branches of one run is one effect', async () => {
    @workflow({ name: 'effect-key/branches' })
    class Branches {
      run() {
        return Promise.all([this.pay(), this.pay()]);
      }

      @sideEffect({ idempotencyKey: () => 'same' })
      async pay() {
        charged.push(1);
        return charged.length;
      }
    }
    charged.length = 0;
    const flow = await openFlow();
    flow.register(Branches, () => new Branches());
    expect(await (await flow.start(Branches)).result()).toEqual([1, 1]);
  });

  it.each(['goes on', 'is cancelled'])('of an effect that an operator has confirmed is adopted before its run %s', async (then) => {
    const store = memoryStore();
    const before = await chargeFlow({}, store);
    const first = await before.start(Charge, { order: 'o', cents: 5, attempt: 1 }, { id: 'first' });
    await eventually(() => charged.length === 1);
    bank.reject(new Error('the connection broke'));
    expect((await first.settled()).status).toBe('in_doubt');
    await before.close();

    // This process does not execute the first one.
    @workflow({ name: 'effect-key/charge', version: '2' })
    class NewCharge extends Charge {}
    const flow = await openFlow(keptOpen(store));
    flow.register(NewCharge, () => new NewCharge());
    await flow.resolve('first', 0, { happened: true, value: 'by hand', by: 'ann' });
    if (then === 'is cancelled') await flow.cancel('first');
    const second = await flow.start(NewCharge, { order: 'o', cents: 5, attempt: 2 });
    expect(await second.result()).toBe('by hand');
    expect(charged).toEqual([5]);
  });

  it('held by a run that was cancelled in doubt does not keep other runs waiting for ever', async () => {
    const flow = await chargeFlow();
    const first = await flow.start(Charge, { order: 'o', cents: 5, attempt: 1 }, { id: 'first' });
    await eventually(() => charged.length === 1);
    bank.reject(new Error('the connection broke'));
    expect((await first.settled()).status).toBe('in_doubt');
    await first.cancel();
    bank = deferred();
    bank.resolve();
    const second = await flow.start(Charge, { order: 'o', cents: 5, attempt: 2 }, { id: 'second' });
    // Whether the cancelled run has charged is not known, so the second one must ask, and not guess.
    expect((await second.settled()).status).toBe('in_doubt');
    expect(charged).toEqual([5]);
  });
});
