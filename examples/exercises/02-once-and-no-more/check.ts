import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { load, type Claim } from '../kit/claim.js';
import { killedErrand, sayEnding } from '../kit/killed-errand.js';
import { Outside } from '../kit/outside.js';
import type { Order } from './solution.js';
import { world } from './world.js';

type Learned = { readonly Order: typeof Order };
const first = { order: 'o-1', customer: 'ann', cents: 500 };

export const claims: readonly Claim[] = [
  {
    holds: 'charge() is a side effect with a key of its own',
    hint: 'Replace @step() by @sideEffect({ idempotencyKey: (order, customer, cents) => `…` }).',
    async test(attempt) {
      const { Order } = await load<Learned>(attempt);
      await using flow = await DurableFlow.open(':memory:');
      flow.register(Order, () => new Order(world(new Outside(join(attempt.folder, 'outside.log')))));
      const run = await flow.start(Order, first);
      await run.result();
      return flow.show(run.id).effects.length === 1
        ? undefined
        : 'The engine knows of no effect: it takes the charge for a step, which it may do twice.';
    },
  },
  {
    holds: 'the bank is given the key of the effect',
    hint: "Import effectKey from 'durableflow' and hand effectKey() to this.bank.charge().",
    async test(attempt) {
      const { Order } = await load<Learned>(attempt);
      const outside = new Outside(join(attempt.folder, 'outside.log'));
      await using flow = await DurableFlow.open(':memory:');
      flow.register(Order, () => new Order(world(outside)));
      const run = await flow.start(Order, first);
      await run.result();
      const key = flow.show(run.id).effects[0]?.key;
      return outside.times(`asked under ${key}`) === 1
        ? undefined
        : `The effect has the key "${key}", and the bank was ${outside.done[0]}.`;
    },
  },
  {
    holds: 'two orders of the same customer at the same price are two charges',
    hint: 'The key must contain what makes an effect another one. Here that is the number of the order.',
    async test(attempt) {
      const { Order } = await load<Learned>(attempt);
      const outside = new Outside(join(attempt.folder, 'outside.log'));
      await using flow = await DurableFlow.open(':memory:');
      flow.register(Order, () => new Order(world(outside)));
      for (const order of ['o-1', 'o-2']) await (await flow.start(Order, { ...first, order })).result();
      const paid = outside.times('ann paid 500');
      return paid === 2 ? undefined : `Ann has ordered twice, and paid ${paid === 1 ? 'once' : `${paid} times`}.`;
    },
  },
  {
    holds: 'after a kill in the middle of the charge the run goes on by itself, and the money has moved once',
    hint: "The bank honours the key, so say onInDoubt: 'retry'. The key must be the same each time: made of the arguments, not of chance.",
    async test(attempt) {
      const after = await killedErrand(attempt, {
        className: 'Order',
        world: join(import.meta.dirname, 'world.ts'),
        input: first,
        death: { when: 'after', line: 'ann paid 500' },
      });
      if (typeof after === 'string') return after;
      const paid = after.outside.times('ann paid 500');
      if (paid !== 1) return `Ann has paid ${paid} times for one order.`;
      if (after.ending.status === 'in_doubt') return 'The run is in doubt: it waits for an operator to say whether the money has moved.';
      return after.ending.status === 'completed' ? undefined : `After the kill ${sayEnding(after.ending)}.`;
    },
  },
];
