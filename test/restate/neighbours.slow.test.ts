import { DurableFlow, sideEffect, workflow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { RestateServer } from './restate-server.js';

@workflow({ name: 'payer' })
class Payer {
  run(order: string) {
    return this.pay(order);
  }

  @sideEffect({ idempotencyKey: (order) => order })
  async pay(order: string) {
    return `paid ${order}`;
  }
}

@workflow({ name: 'stranger' })
class Stranger extends Payer {}

let server: RestateServer;
beforeAll(async () => {
  server = await RestateServer.start();
});
afterAll(() => server.stop());

async function worker(job: typeof Payer) {
  const store = await restateStore({ ingress: server.ingress, admin: server.admin, follow: false });
  const flow = await DurableFlow.open(store);
  flow.register(job, () => new job());
  const serving = await serve(flow, { port: 0 });
  onTestFinished(async () => {
    await serving.close({ grace: 0 });
    await flow.close({ grace: 0 });
  });
  await store.registerDeployment(serving.url);
  return { flow, serving };
}

it("makes an effect although the newest worker, of somebody else's workflow, is gone", async () => {
  const { flow } = await worker(Payer);
  const stranger = await worker(Stranger);
  await stranger.serving.close({ grace: 0 });
  const run = await flow.start(Payer, 'A1', { id: 'payment' });
  expect(await run.result()).toBe('paid A1');
}, 60_000);
