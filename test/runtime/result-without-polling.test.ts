import { signal, step, workflow } from 'durableflow';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';

@workflow({ name: 'order' })
class Order {
  async run(): Promise<number> {
    const fee = await this.fee();
    return fee + (await signal(z.number(), 'paid'));
  }

  @step()
  async fee() {
    return 1;
  }
}

it('nothing on the way to a result waits for a look at the file, nor for a heartbeat', { timeout: 10_000 }, async () => {
  const flow = await openFlow(':memory:', { pollInterval: '1h', leaseDuration: '3h' });
  flow.register(Order, () => new Order());
  const run = await flow.start(Order);
  const result = run.result();
  expect((await run.settled()).status).toBe('waiting');
  await flow.signal(run.id, 'paid', 2);
  expect(await result).toBe(3);
});
