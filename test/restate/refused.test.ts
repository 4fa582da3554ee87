import { DurableFlow, step, transaction, workflow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { afterEach, describe, expect, it } from 'vitest';
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

@workflow({ name: 'other' })
class Other extends Plain {}

const unsupported = { code: 'DF_RESTATE_UNSUPPORTED' };
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

describe('the address of a worker', () => {
  const [plain, other] = [serviceNameOf('plain', '1'), serviceNameOf('other', '1')];
  const address = 'http://127.0.0.1:9080';

  it('that the server knows with fewer classes is told anew, without a word', async () => {
    const { fake, store } = await client();
    fake.serves = [plain, other];
    await store.registerDeployment(address, false, [plain, other]);
    expect((await store.condition()).deployments[0]!.services).toEqual([plain, other]);
  });

  it('is refused while runs of a class are open that is served no more, unless it is forced', async () => {
    const { fake, flow, store } = await client();
    fake.serves = [other];
    const run = await flow.start(Plain, 'x', { id: 'open' });
    await expect(store.registerDeployment(address, false, [other])).rejects.toMatchObject({
      code: 'DF_RESTATE_ADDRESS',
      message: expect.stringContaining(plain),
    });
    expect((await store.condition()).deployments[0]!.services).toEqual([plain]);
    await store.registerDeployment(address, true, [other]);
    fake.forget(run.id);
  });

  it('is refused if the server finds somebody else there', async () => {
    const { fake, store } = await client();
    fake.serves = [plain];
    await expect(store.registerDeployment(address, false, [plain, other])).rejects.toMatchObject({
      code: 'DF_RESTATE_ADDRESS',
      message: expect.stringContaining(other),
    });
  });
});

async function client() {
  const fake = await FakeRestate.start(serviceNameOf('plain', '1'));
  open.push(fake);
  const store = await restateStore({ ingress: fake.url, admin: fake.url });
  const flow = await DurableFlow.open(store);
  open.push({ stop: () => flow.close() });
  flow.register(Plain, () => new Plain());
  return { fake, flow, store };
}

it('a run that goes through a queue is not started by a client, which says so', async () => {
  const { flow, store } = await client();
  await expect(store.start({ ...newRun('queued'), queue: { name: 'slow lane', key: undefined } })).rejects.toMatchObject(unsupported);
  flow.register(Other, () => new Other(), { queue: { name: 'slow lane', concurrency: 1 } });
  await expect(flow.start(Other, 'x')).rejects.toMatchObject(unsupported);
});

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
