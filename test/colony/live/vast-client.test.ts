import { BudgetExceeded, MemoryBudgetLedger, type BudgetScope, type Clock, type DurableFlowError } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudError } from '../../../colony/live/cloud-error.js';
import { VastClient, type RentOptions } from '../../../colony/live/vast-client.js';
import type { VastOffer } from '../../../colony/live/vast-wire.js';
import { failure } from '../../models/fixtures/collect.js';
import { cutBody, json, silence, text, type StubReply } from '../../models/fixtures/stub-server.js';
import { VastStub } from './vast-stub.js';

/** Waits of up to a minute are over at once; longer ones are fired by the test. */
class QuickClock implements Clock {
  readonly waits: number[] = [];
  readonly long: { readonly ms: number; readonly callback: () => void }[] = [];
  #now = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#now;
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms > 60_000) {
      const timer = { ms, callback };
      this.long.push(timer);
      return () => void (this.long.includes(timer) && this.long.splice(this.long.indexOf(timer), 1));
    }
    this.waits.push(ms);
    const due = setImmediate(() => {
      this.pass(ms);
      callback();
    });
    return () => clearImmediate(due);
  }
}

const hour = 3_600_000;
const budget: BudgetScope = { kind: 'run', key: 'colony', limitMicros: 2_000_000 };
const what: RentOptions = { image: 'node:20', disk: 10, maxHours: 3 };

let stub: VastStub;
let clock: QuickClock;
let ledger: MemoryBudgetLedger;
let client: VastClient;
let offer: VastOffer;

beforeEach(async () => {
  stub = await VastStub.start();
  clock = new QuickClock();
  ledger = new MemoryBudgetLedger();
  client = clientWith({});
  [offer] = (await client.offers({ market: 'bid', gpu: 'RTX_4090', maxUsdPerHour: 0.5, disk: 10 })) as [VastOffer];
});
afterEach(() => stub[Symbol.asyncDispose]());

const clientWith = (options: { apiKey?: string; timeout?: number; baseURL?: string }) =>
  new VastClient({ apiKey: 'the-key', baseURL: stub.url, ledger, budget, clock, ...options });
const committed = () => ledger.committed(budget);
const running = () => {
  for (const instance of stub.instances.values()) instance.actual_status = 'running';
};

describe('without a key', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([undefined, '', ' '])('it refuses before anything is sent (VAST_API_KEY=%j)', (value) => {
    vi.stubEnv('VAST_API_KEY', value);
    const before = stub.calls.length;
    expect(() => new VastClient({ ledger, budget, baseURL: stub.url })).toThrow(
      expect.objectContaining({ code: 'DF_COLONY_KEY', message: expect.stringContaining('Set VAST_API_KEY') as string }),
    );
    expect(stub.calls).toHaveLength(before);
  });

  it('takes the key of the environment, and sends no key in the open', async () => {
    vi.stubEnv('VAST_API_KEY', 'the-key');
    expect(await new VastClient({ ledger, budget, baseURL: stub.url }).instances()).toEqual([]);
    expect(() => clientWith({ baseURL: 'http://console.vast.ai' })).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT' }));
  });
});

describe('the search for offers', () => {
  it('asks as the API is described, and reads what it needs', () => {
    expect(offer).toEqual({ id: 7, gpu_name: 'RTX 4090', num_gpus: 1, dph_base: 0.36, dph_total: 0.4, min_bid: 0.11 });
    expect(stub.calls[0]).toMatchObject({
      what: 'POST /api/v0/bundles/',
      authorization: 'Bearer the-key',
      body: { type: 'bid', gpu_name: { eq: 'RTX 4090' }, dph_total: { lte: 0.5 }, allocated_storage: 10, rentable: { eq: true } },
    });
  });
});

describe('a rental', () => {
  it('is asked for by its offer, waited for, and given back once; what it cost is settled', async () => {
    const rental = await client.rent(offer, { ...what, bid: 0.2, onstart: 'node work.js' });
    expect(stub.calls.at(-1)).toMatchObject({
      what: 'PUT /api/v0/asks/7/',
      body: { image: 'node:20', disk: 10, price: 0.2, onstart: 'node work.js', target_state: 'running', label: rental.label },
    });
    // The bid and the storage, for three hours.
    expect(await committed()).toBe(720_000);
    stub.instances.get(rental.id)!.dph_total = 0.24;
    const up = rental.untilRunning();
    running();
    expect(await up).toMatchObject({ id: rental.id, actual_status: 'running' });
    clock.pass(hour - (clock.now() - Date.UTC(2026, 0, 1)));
    await Promise.all([rental.release(), rental.release()]);
    await rental.release();
    expect(stub.made.filter((call) => call.startsWith('DELETE'))).toEqual([`DELETE /api/v0/instances/${rental.id}/`]);
    expect(await committed()).toBe(240_000);
    expect(clock.long).toEqual([]);
  });

  it('is refused unspent when its worst case is over the budget', async () => {
    const before = stub.calls.length;
    expect(await failure(client.rent(offer, { ...what, maxHours: 5.1 }))).toBeInstanceOf(BudgetExceeded);
    expect(await failure(client.rent(offer, { ...what, maxHours: 4, trafficUsd: 0.5 }))).toBeInstanceOf(BudgetExceeded);
    expect(stub.calls).toHaveLength(before);
    expect(await committed()).toBe(0);
    await client.rent(offer, what);
    expect(await failure(client.rent(offer, what))).toBeInstanceOf(BudgetExceeded);
    expect(stub.instances.size).toBe(1);
  });

  it('at the price of a bid needs a bid', async () => {
    expect(await failure<DurableFlowError>(client.rent({ ...offer, is_bid: true }, what))).toMatchObject({ code: 'DF_INVALID_INPUT' });
    expect(await committed()).toBe(0);
  });

  it('ends when its block does, also by an error', async () => {
    const failing = async () => {
      await using rental = await client.rent(offer, what);
      throw new Error(`no use for ${rental.id}`);
    };
    expect((await failure(failing())).message).toMatch(/^no use for/);
    expect(stub.instances.size).toBe(0);
  });

  it('is given back when its hours are over, again and again until that works', async () => {
    const rental = await client.rent(offer, what);
    expect(clock.long.map(({ ms }) => ms)).toEqual([3 * hour]);
    stub.faults.push(...Array.from({ length: 5 }, () => ({ on: 'DELETE', reply: json(500, {}) })));
    clock.pass(3 * hour);
    clock.long[0]!.callback();
    await vi.waitFor(() => expect(stub.instances.size).toBe(0));
    expect(stub.made.filter((call) => call.startsWith('DELETE'))).toHaveLength(6);
    expect(await failure<CloudError>(rental.untilRunning())).toMatchObject({ code: 'DF_COLONY_CLOUD' });
  });

  it.each<[string, (stub: VastStub) => void, string]>([
    ['dies on the way', (it) => it.instances.forEach((one) => (one.actual_status = 'exited')), 'is exited'],
    ['does not come up', () => {}, 'is still provisioning after 60000 ms'],
    [
      'costs more than was reserved',
      (it) => it.instances.forEach((one) => (one.dph_total = 0.41)),
      'costs $0.41 an hour, and $0.4 was reserved',
    ],
  ])('is given back if it %s', async (_, spoil, message) => {
    const rental = await client.rent(offer, what);
    spoil(stub);
    expect((await failure(rental.untilRunning(60_000))).message).toContain(message);
    expect(stub.instances.size).toBe(0);
    expect(await committed()).toBeLessThan(10_000);
  });

  it('is told of as a leak if it cannot be given back, stays counted, and can be tried again', async () => {
    const rental = await client.rent(offer, what);
    stub.faults.push(...Array.from({ length: 4 }, () => ({ on: 'DELETE', reply: json(500, {}) })));
    expect(await failure<DurableFlowError>(rental.release())).toMatchObject({
      code: 'DF_COLONY_LEAK',
      details: { id: rental.id, label: rental.label },
    });
    expect(await committed()).toBe(1_200_000);
    await rental.release();
    expect(stub.instances.size).toBe(0);
    expect(await committed()).toBeLessThan(10_000);
  });
});

describe('an answer that does not say whether a machine was rented', () => {
  const unclear: readonly (readonly [string, StubReply])[] = [
    ['no answer in time', silence],
    ['HTTP 500', json(500, { success: false, error: 'server_error', msg: 'oops' })],
    ['half a body', cutBody],
    ['a body that is no JSON', text(200, 'text/html', '<html>')],
    ['success without the id', json(200, { success: true })],
  ];

  it.each(unclear)('(%s): it was, so it is found by its label and destroyed', async (_, reply) => {
    stub.faults.push({ on: 'PUT', reply, carriedOut: true });
    const error = await failure<CloudError>(clientWith({ timeout: 300 }).rent(offer, what));
    expect(error.code).toBe('DF_COLONY_CLOUD');
    expect(stub.made.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
    expect(stub.instances.size).toBe(0);
    expect(await committed()).toBeLessThan(10_000);
  });

  it.each(unclear)('(%s): none is found, so its worst case stays reserved', async (_, reply) => {
    stub.faults.push({ on: 'PUT', reply });
    await failure(clientWith({ timeout: 300 }).rent(offer, what));
    expect(clock.waits.slice(-3)).toEqual([0, 2000, 5000]);
    expect(await committed()).toBe(1_200_000);
  });

  it('names the label if it cannot look', async () => {
    stub.faults.push({ on: 'PUT', reply: json(502, {}), carriedOut: true });
    stub.faults.push(...Array.from({ length: 4 }, () => ({ on: 'GET', reply: json(502, {}) })));
    const error = await failure<DurableFlowError>(client.rent(offer, what));
    expect(error).toMatchObject({ code: 'DF_COLONY_LEAK', details: { label: [...stub.instances.values()][0]!.label } });
    expect(await committed()).toBe(1_200_000);
  });
});

describe('a refusal', () => {
  it.each([
    ['authentication', json(401, { success: false, error: 'auth_error', msg: 'Invalid user key' })],
    ['authentication', json(404, { error: 'auth_error', msg: 'Invalid user key' })],
    [
      'gone',
      json(404, { success: false, error: 'invalid_args', msg: 'error 404/3603: no_such_ask Instance type by id 7 is not available.' }),
    ],
    ['gone', json(410, { success: false, error: 'no_such_ask' })],
    ['refused', json(400, { success: false, error: 'invalid_price', msg: 'too low' })],
    ['refused', json(200, { success: false, error: 'insufficient_credit' })],
  ])('of a rental is told as %s, and nothing stays reserved', async (kind, reply) => {
    stub.faults.push({ on: 'PUT', reply });
    const before = stub.calls.length;
    expect(await failure<CloudError>(client.rent(offer, what))).toMatchObject({ code: 'DF_COLONY_CLOUD', details: { kind } });
    expect(stub.calls).toHaveLength(before + 1);
    expect(await committed()).toBe(0);
  });

  it('tells of a wrong key without showing it', async () => {
    const error = await failure<CloudError>(clientWith({ apiKey: 'wrong-key' }).instances());
    expect(error.details).toMatchObject({ kind: 'authentication', status: 401 });
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('wrong-key');
  });

  it('is not followed to another address', async () => {
    stub.faults.push({ on: 'GET', reply: (response) => void response.writeHead(302, { location: 'https://example.com/' }).end() });
    expect(await failure<CloudError>(client.instances())).toMatchObject({ details: { kind: 'malformed', status: 302 } });
  });
});

describe('what passes by itself', () => {
  const tooFrequent = (headers: Record<string, string> = {}): StubReply => json(429, { detail: 'API requests too frequent' }, headers);

  it('is tried again after what Retry-After says, a rental too, for it was not carried out', async () => {
    const date = new Date(clock.now() + 20_000).toUTCString();
    stub.faults.push({ on: 'PUT', reply: tooFrequent({ 'retry-after': '7' }) }, { on: 'PUT', reply: tooFrequent({ 'retry-after': date }) });
    await client.rent(offer, what);
    expect(clock.waits).toEqual([7000, 13_000]);
    expect(stub.instances.size).toBe(1);
  });

  it('is tried again after longer and longer waits where it says nothing, and then told', async () => {
    stub.faults.push(...Array.from({ length: 4 }, () => ({ on: 'PUT', reply: text(429, 'text/plain', 'API requests too frequent') })));
    const error = await failure<CloudError>(client.rent(offer, what));
    expect(error).toMatchObject({
      details: { kind: 'rate_limited' },
      message: expect.stringContaining('API requests too frequent') as string,
    });
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(await committed()).toBe(0);
  });

  it('is not waited for longer than a minute', async () => {
    stub.faults.push({ on: 'GET', reply: tooFrequent({ 'retry-after': '3600' }) });
    expect(await failure<CloudError>(client.instances())).toMatchObject({ details: { kind: 'rate_limited', retryAfterMs: 3_600_000 } });
  });

  it.each<[string, StubReply]>([
    ['HTTP 503', json(503, {})],
    ['no answer', silence],
    ['half a body', cutBody],
  ])('is tried again where it does no harm: %s', async (_, reply) => {
    stub.add('mine');
    stub.faults.push({ on: 'GET', reply });
    expect(await clientWith({ timeout: 300 }).instances()).toHaveLength(1);
  });

  it('tells of a body that is none of the API', async () => {
    stub.faults.push({ on: 'GET', reply: json(200, { instances: [{ id: 'seven' }] }) });
    expect(await failure<CloudError>(client.instances())).toMatchObject({
      details: { kind: 'malformed' },
      message: expect.stringContaining('instances.0.id') as string,
    });
  });
});

describe('the machines of the account', () => {
  it('are read page by page', async () => {
    for (let count = 0; count < 60; count++) stub.add(`job-${count}`);
    expect(new Set((await client.instances()).map(({ id }) => id)).size).toBe(60);
  });

  it('are swept by the beginning of their label, and no others', async () => {
    stub.add('somebody-else');
    stub.add('durableflow-colony-1');
    stub.add('durableflow-colony-2');
    expect(await client.sweep()).toBe(2);
    expect([...stub.instances.values()].map(({ label }) => label)).toEqual(['somebody-else']);
    stub.add('durableflow-colony-3');
    stub.faults.push({ on: 'DELETE', reply: json(401, {}) });
    expect(await failure<DurableFlowError>(client.sweep())).toMatchObject({ code: 'DF_COLONY_LEAK', details: { ids: [1003] } });
  });

  it('are destroyed without complaint if they are gone already', async () => {
    await client.destroy(4711);
    expect(stub.made.at(-1)).toBe('DELETE /api/v0/instances/4711/');
  });
});
