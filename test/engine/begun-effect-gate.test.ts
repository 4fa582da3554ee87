import { approval, sideEffect, workflow } from 'durableflow';
import { expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

@workflow({ name: 'begun-effect' })
class Payment {
  run() {
    return this.pay();
  }

  @approval()
  @sideEffect({ idempotencyKey: () => 'pay' })
  async pay(): Promise<string> {
    throw new Error('the connection broke');
  }
}

/** The same workflow, deployed anew with another body. */
function redeployed() {
  @workflow({ name: 'begun-effect' })
  class Redeployed {
    run() {
      return this.pay();
    }

    @approval()
    @sideEffect({ idempotencyKey: () => 'pay' })
    async pay(): Promise<string> {
      return 'paid by new code';
    }
  }
  return Redeployed;
}

it.each([
  { happened: true, output: 'paid once' },
  { happened: false, output: 'paid by new code' },
])('an effect that was begun is not put before its gate again, though the code has changed: $happened', async ({ happened, output }) => {
  const store = memoryStore();
  const before = await openFlow(keptOpen(store));
  before.register(Payment, () => new Payment());
  const run = await before.start(Payment, undefined, { id: 'r' });
  await run.settled();
  await before.approve(before.approvals()[0]!.id, { by: 'ann' });
  while (run.view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 2));
  await before.close({ grace: 0 });

  const after = await openFlow(keptOpen(store));
  const Class = redeployed();
  after.register(Class, () => new Class());
  await after.resolve('r', 0, { happened, value: 'paid once', by: 'ann' });
  expect(await after.run('r').result()).toBe(output);
});
