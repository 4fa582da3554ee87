import { DurableFlow, step, transaction, workflow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { afterEach, expect, it } from 'vitest';
import { Ingress } from '../../sdk/restate/ingress.js';
import { RestateHttp } from '../../sdk/restate/restate-http.js';
import { serviceNameOf } from '../../sdk/restate/service-name.js';
import { mostOrderBytes } from '../../sdk/restate/size-limits.js';
import { newRun } from '../store/sample-records.js';
import { FakeRestate } from './fake-restate.js';

@workflow({ name: 'plain' })
class Plain {
  async run(text: string) {
    return this.count(text);
  }

  @step()
  async count(text: string) {
    return text.length;
  }
}

@workflow({ name: 'transacts' })
class Transacts {
  async run() {
    return this.write();
  }

  @step()
  async write() {
    return transaction((db) => db.prepare('SELECT 1').get());
  }
}

const knex = { transaction: (work: () => number) => work() };

@workflow({ name: 'other-transactions' })
class OtherTransactions {
  async run() {
    return this.transaction();
  }

  @step()
  async transaction() {
    return knex.transaction(() => 1);
  }
}

const refusal = { code: 'DF_PAYLOAD_TOO_LARGE' };
const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const it of open.splice(0).toReversed()) await it.stop();
});

async function inMemory() {
  const flow = await DurableFlow.open(':memory:');
  open.push({ stop: () => flow.close() });
  return flow;
}

it('a queue with limits is refused by its name, before anything listens', async () => {
  const flow = await inMemory();
  flow.register(Plain, () => new Plain(), { queue: { name: 'slow lane', concurrency: 1 } });
  await expect(serve(flow)).rejects.toMatchObject({ code: 'DF_RESTATE_UNSUPPORTED', message: expect.stringContaining('"slow lane"') });
});

it('a class that calls transaction() is refused by the name of the method', async () => {
  const flow = await inMemory();
  flow.register(Transacts, () => new Transacts());
  await expect(serve(flow)).rejects.toMatchObject({ code: 'DF_RESTATE_UNSUPPORTED', message: expect.stringContaining('write') });
});

it("transactions of other databases are nobody else's business", async () => {
  const flow = await inMemory();
  flow.register(OtherTransactions, () => new OtherTransactions());
  const worker = await serve(flow);
  await worker.close();
});

it('a flow without classes is no worker', async () => {
  await expect(serve(await inMemory())).rejects.toMatchObject({ code: 'DF_INVALID_INPUT' });
});

async function client() {
  const fake = await FakeRestate.start(serviceNameOf('plain', '1'));
  open.push(fake);
  const flow = await DurableFlow.open(await restateStore({ ingress: fake.url, admin: fake.url }));
  open.push({ stop: () => flow.close() });
  flow.register(Plain, () => new Plain());
  return { fake, flow };
}

it('a schedule is refused', async () => {
  const { flow } = await client();
  await expect(flow.schedule(Plain, { id: 'daily', cron: '0 0 * * *' }, 'x')).rejects.toMatchObject({ code: 'DF_RESTATE_UNSUPPORTED' });
});

it('what is too large for a message is not sent: what a run begins with, and what it is told', async () => {
  const { fake } = await client();
  const http = new RestateHttp(fake.url);
  const ingress = new Ingress(http);
  const address = { service: serviceNameOf('plain', '1'), runId: 'large' };
  const large = 'x'.repeat(mostOrderBytes);
  const asked = fake.requests.length;
  await expect(ingress.start(address, { verb: 'start', run: newRun('large', { input: large }) })).rejects.toMatchObject(refusal);
  const signal = { name: 'word', payload: large, dedupeId: undefined, at: 1 };
  await expect(ingress.deliver(address, { verb: 'signal', signal }, 100)).rejects.toMatchObject(refusal);
  expect(fake.requests.slice(asked).filter(({ path }) => path.includes('/large/'))).toEqual([]);
  http.close();
});
