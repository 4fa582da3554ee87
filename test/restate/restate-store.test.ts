import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { DurableFlow, step, workflow } from 'durableflow';
import { approvalIdOf } from '../../sdk/restate/approval-id.js';
import type { RestateStoreOptions } from '../../sdk/restate/connection.js';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { serviceNameOf } from '../../sdk/restate/service-name.js';
import { FakeRestate } from './fake-restate.js';
import { ended, parked, service, started } from './refund-logs.js';

@workflow({ name: 'refunds' })
class Refunds {
  async run(cents: number): Promise<number> {
    return this.pay(cents);
  }

  @step()
  async pay(cents: number): Promise<number> {
    return cents;
  }
}

@workflow({ name: 'refunds', version: '2' })
class NewRefunds extends Refunds {}

const patient = { timeout: 15_000, interval: 10 };
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const it of open.splice(0).toReversed()) await it.stop();
});

async function server(): Promise<FakeRestate> {
  const fake = await FakeRestate.start(service);
  open.push(fake);
  return fake;
}

async function client(fake: FakeRestate, options: Partial<RestateStoreOptions> = {}) {
  const store = await restateStore({ ingress: fake.url, admin: fake.url, answerTimeout: '3s', ...options });
  const flow = await DurableFlow.open(store, { pollInterval: '5ms', guard: 'off' });
  open.push({ stop: () => flow.close() });
  return { flow, store };
}

describe('restateStore', () => {
  it('shows what the logs say, to every client under the same numbers, and passes decisions on', async () => {
    const fake = await server();
    for (const id of ['a/ b', "it's"]) await fake.write(service, id, parked(id, 2));
    const [one, two] = [await client(fake), await client(fake)];
    expect(one.flow.runs().map(({ id, status }) => [id, status])).toEqual([["it's", 'waiting'], ['a/ b', 'waiting']]); // prettier-ignore
    expect(one.flow.approvals().map(({ id }) => id)).toEqual(two.flow.approvals().map(({ id }) => id));
    const id = approvalIdOf('a/ b', 0);
    await Promise.all([one.flow.approve(id, { by: 'ada' }), two.flow.approve(id, { by: 'grace' })]);
    await expect.poll(() => [one, two].map(({ flow }) => flow.approval(id).verdict), patient).toEqual(['approved', 'approved']);
    await expect(two.flow.reject(id, { by: 'eve' })).rejects.toMatchObject({ code: 'DF_APPROVAL_DECIDED' });
  });

  it('lets one of two win who decide at once', async () => {
    const fake = await server();
    await fake.write(service, 'a', parked('a'));
    const [one, two] = [await client(fake), await client(fake)];
    const id = approvalIdOf('a', 0);
    const decided = await Promise.allSettled([one.flow.approve(id, { by: 'ada' }), two.flow.reject(id, { by: 'eve' })]);
    expect(decided.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(decided.find((it) => it.status === 'rejected')).toMatchObject({ reason: { code: 'DF_APPROVAL_DECIDED' } });
  });

  it('starts a run once, tells another input from the same one, and a version that no worker has', async () => {
    const fake = await server();
    const { flow } = await client(fake);
    flow.register(Refunds, () => new Refunds());
    await flow.start(Refunds, 5, { id: 'a' });
    expect(flow.run('a').view().status).toBe('pending');
    await flow.start(Refunds, 5, { id: 'a' });
    await expect(flow.start(Refunds, 6, { id: 'a' })).rejects.toMatchObject({ code: 'DF_INPUT_MISMATCH' });
    // Another process knows of it as well, before any worker has taken it; and asks the server what the id stands for.
    const other = await client(fake);
    expect(other.flow.runs()).toMatchObject([{ id: 'a', status: 'pending', input: 5 }]);
    const blind = await client(fake, { follow: false });
    blind.flow.register(Refunds, () => new Refunds());
    await expect(blind.flow.start(Refunds, 6, { id: 'a' })).rejects.toMatchObject({ code: 'DF_INPUT_MISMATCH' });
    const empty = await FakeRestate.start();
    open.push(empty);
    const alone = await client(empty);
    alone.flow.register(Refunds, () => new Refunds());
    await expect(alone.flow.start(Refunds, 5)).rejects.toMatchObject({ code: 'DF_RESTATE_UNREGISTERED' });
  });

  it.each([true, false])('resolves result() when the server says that the run has ended (follow: %s)', async (follow) => {
    const fake = await server();
    const { flow } = await client(fake, { follow });
    flow.register(Refunds, () => new Refunds());
    const run = await flow.start(Refunds, 5, { id: 'a' });
    const result = run.result();
    const attached = () => fake.requests.filter(({ path }) => path.endsWith('/attach')).length;
    await expect.poll(attached, patient).toBe(1);
    await fake.write(service, 'a', [started('a'), ...ended('a')]);
    expect(await result).toBe(5);
    expect(attached()).toBe(1);
  });

  it('says that a decision is kept while no worker is there, and sees what comes of it', async () => {
    const fake = await server();
    await fake.write(service, 'a', parked('a'));
    const { flow } = await client(fake, { answerTimeout: '200ms' });
    fake.hasWorker = false;
    const id = approvalIdOf('a', 0);
    await expect(flow.approve(id, { by: 'ada' })).rejects.toMatchObject({ code: 'DF_RESTATE_PENDING' });
    expect(flow.approval(id).verdict).toBeUndefined();
    fake.hasWorker = true;
    await expect.poll(() => flow.approval(id).verdict, patient).toBe('approved');
  });

  it('tries again while a proxy has no server to give, without saying anything twice', async () => {
    const fake = await server();
    await fake.write(service, 'a', parked('a', 2));
    const { flow } = await client(fake);
    fake.outage = { status: 503, times: 2 };
    await flow.approve(approvalIdOf('a', 0), { by: 'ada' });
    expect(flow.approval(approvalIdOf('a', 0)).approvedBy).toEqual(['ada']);
  });

  it.each(['expecting a partition store.', 'node lookup for partition 1 failed'])(
    'asks again while a node that has come back does not find its data: %s',
    async (why) => {
      const fake = await server();
      await fake.write(service, 'a', parked('a'));
      fake.outage = { status: 500, times: 2, says: JSON.stringify({ message: `Datafusion error: External error: ${why}` }) };
      const { flow } = await client(fake);
      expect(flow.runs().map(({ id }) => id)).toEqual(['a']);
    },
  );

  it('keeps what it knows while the server is away, and goes on when it is back', async () => {
    const fake = await server();
    await fake.write(service, 'a', parked('a'));
    const { flow } = await client(fake);
    await fake.stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(flow.show('a').status).toBe('waiting');
    await fake.write(service, 'b', parked('b'));
    await fake.listen();
    await expect.poll(() => flow.runs().length, patient).toBe(2);
  });

  it('forgets what retention has removed, and prunes what has ended', async () => {
    const fake = await server();
    const { flow } = await client(fake);
    flow.register(Refunds, () => new Refunds());
    for (const id of ['a', 'b', 'c']) await flow.start(Refunds, 5, { id });
    for (const id of ['a', 'b']) await fake.write(service, id, [started(id), ...ended(id)]);
    await expect.poll(() => flow.countRuns(), patient).toEqual({ completed: 2, pending: 1 });
    fake.forget('a');
    await expect.poll(() => flow.countRuns(), patient).toEqual({ completed: 1, pending: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await flow.prune({ olderThan: '1ms' })).toBe(1);
    expect(flow.runs().map(({ id }) => id)).toEqual(['c']);
  });

  it('leaves no refusal behind that nobody hears, if it is closed while it looks at the end of a run', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown) => unheard.push(error);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    const fake = await server();
    const { flow } = await client(fake, { follow: false });
    flow.register(Refunds, () => new Refunds());
    const run = await flow.start(Refunds, 5, { id: 'a' });
    await fake.write(service, 'a', parked('a'));
    run.result().catch(() => {});
    await expect.poll(() => fake.requests.some(({ path }) => path.endsWith('/attach')), patient).toBe(true);
    let release = () => {};
    fake.hold = new Promise((resolve) => (release = resolve));
    const asked = fake.requests.length;
    await fake.write(service, 'a', ended('a'));
    await expect.poll(() => fake.requests.length, patient).toBeGreaterThan(asked);
    await flow.close();
    release();
    await sleep(20);
    expect(unheard).toEqual([]);
  });

  it('sends the headers with everything, and tells them to nobody', async () => {
    const fake = await server();
    const { store } = await client(fake, { headers: { authorization: 'Bearer s3cret' } });
    await fake.write(service, 'a', parked('a'));
    await expect.poll(() => store.run('a')?.status, patient).toBe('waiting');
    expect(new Set(fake.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer s3cret']));
    fake.outage = { status: 401, times: 1000 };
    const refused = await restateStore({ ingress: fake.url, admin: fake.url, headers: { authorization: 'Bearer s3cret' } }).catch((error: unknown) => error); // prettier-ignore
    expect(refused).toMatchObject({ code: 'DF_RESTATE_REFUSED' });
    expect(JSON.stringify(refused) + String(refused)).not.toContain('s3cret');
  });

  it.each(['http://ada:pw@127.0.0.1:8080', 'http://127.0.0.1:8080?token=pw', 'pw'])(
    'refuses an address that holds a secret, or is none: %s',
    async (ingress) => {
      const refused = await restateStore({ ingress, admin: 'http://127.0.0.1:1' }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'DF_INVALID_INPUT' });
      expect(String(refused)).not.toContain('pw');
    },
  );

  it('says so if there is no server', async () => {
    const fake = await FakeRestate.start();
    await fake.stop();
    await expect(restateStore({ ingress: fake.url, admin: fake.url, patience: '50ms' })).rejects.toMatchObject({
      code: 'DF_RESTATE_UNREACHABLE',
    });
  });

  it('forks a run, and brings in the history of another store', async () => {
    const fake = await server();
    const { flow } = await client(fake);
    const here = await DurableFlow.open(':memory:', { guard: 'off' });
    here.register(Refunds, () => new Refunds());
    await (await here.start(Refunds, 5, { id: 'a' })).result();
    await flow.importHistory(here.exportHistory('a'));
    await here.close();
    expect(flow.show('a')).toMatchObject({ status: 'completed', output: 5 });
    await flow.fork('a', { fromCall: 0, id: 'b' });
    expect(flow.show('b')).toMatchObject({ status: 'pending', input: 5, steps: [] });
    await expect(flow.importHistory(flow.exportHistory('a'))).rejects.toMatchObject({ code: 'DF_INPUT_MISMATCH' });
  });

  it('knows a run that another version of the workflow has, though it does not look at all runs', async () => {
    const fake = await FakeRestate.start(service, serviceNameOf('refunds', '2'));
    open.push(fake);
    fake.invoked(service, 'a', started('a'));
    await fake.write(service, 'a', parked('a'));
    const { flow } = await client(fake, { follow: false });
    flow.register(NewRefunds, () => new NewRefunds());
    await flow.start(NewRefunds, 5, { id: 'a' });
    expect(flow.run('a').view()).toMatchObject({ version: '1', status: 'waiting' });
  });
});
