import { effectKey, sideEffect, workflow } from 'durableflow';
import { expect } from 'vitest';
import { scenario } from '../scenario.js';

export const effects = [
  scenario('an effect happens once, and another run with its key adopts it', async ({ process, world }) => {
    @workflow({ name: 'conformance/charge' })
    class Charge {
      async run(order: string) {
        return this.charge(order);
      }

      @sideEffect({ idempotencyKey: (order) => `charge:${order}` })
      async charge(order: string) {
        return `${effectKey()} ${world.does(order)}`;
      }
    }
    const flow = await process([Charge]);
    const first = await (await flow.start(Charge, 'order-1', { id: 'charge-1' })).result();
    expect(await (await flow.start(Charge, 'order-1', { id: 'charge-2' })).result()).toBe(first);
    expect(await (await flow.start(Charge, 'order-2', { id: 'charge-3' })).result()).not.toBe(first);
    expect(world.deeds).toEqual(['order-1', 'order-2']);
    expect(flow.show('charge-1').effects).toMatchObject([{ state: 'done' }]);
  }),

  scenario('an effect in doubt that reconcile finds is not made again', async ({ process, world }) => {
    @workflow({ name: 'conformance/reconcile' })
    class Reconcile {
      async run(order: string) {
        return this.send(order);
      }

      @sideEffect({ idempotencyKey: (order) => `send:${order}`, reconcile: 'find' })
      async send(order: string): Promise<string> {
        world.does(order);
        throw new Error('the answer was lost');
      }

      async find(order: string) {
        return `found ${order}`;
      }
    }
    const flow = await process([Reconcile]);
    expect(await (await flow.start(Reconcile, 'mail', { id: 'reconcile' })).result()).toBe('found mail');
    expect(world.times('mail')).toBe(1);
  }),

  scenario('an endpoint that honours the key is asked again', async ({ process, world }) => {
    @workflow({ name: 'conformance/honours' })
    class Honours {
      async run(order: string) {
        return this.send(order);
      }

      @sideEffect({ idempotencyKey: (order) => `honours:${order}`, onInDoubt: 'retry', retry: { initialDelay: 1 } })
      async send(order: string) {
        if (world.does(effectKey()) === 1) throw new Error('the answer was lost');
        return order;
      }
    }
    const flow = await process([Honours]);
    expect(await (await flow.start(Honours, 'mail', { id: 'honours' })).result()).toBe('mail');
    expect(world.deeds).toHaveLength(2);
  }),

  scenario('an effect in doubt waits for an operator: it has happened, or it has not', async ({ process, world }) => {
    @workflow({ name: 'conformance/doubt' })
    class Doubt {
      async run(order: string) {
        return this.pay(order);
      }

      @sideEffect({ idempotencyKey: (order) => `doubt:${order}` })
      async pay(order: string) {
        if (world.does(order) === 1) throw new Error('the answer was lost');
        return `paid ${order}`;
      }
    }
    const flow = await process([Doubt]);
    const yes = await flow.start(Doubt, 'yes', { id: 'doubt-yes' });
    const no = await flow.start(Doubt, 'no', { id: 'doubt-no' });
    expect([(await yes.settled()).status, (await no.settled()).status]).toEqual(['in_doubt', 'in_doubt']);
    expect(flow.doubts()).toHaveLength(2);
    await flow.resolve(yes.id, 0, { happened: true, value: 'seen on the account', by: 'ann' });
    await flow.resolve(no.id, 0, { happened: false, by: 'ann' });
    expect([await yes.result(), await no.result()]).toEqual(['seen on the account', 'paid no']);
    expect([world.times('yes'), world.times('no')]).toEqual([1, 2]);
  }),
];
