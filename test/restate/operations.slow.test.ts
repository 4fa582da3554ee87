import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { approval, compensate, DurableFlow, RunCancelled, sideEffect, signal, step, workflow } from 'durableflow';
import { restateStore, serve, type ServeOptions } from 'durableflow/restate';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../examples/restate-cluster/restate-node.js';
import type { PlainClass } from '../conformance/scenario.js';
import { eventually } from '../fixtures/eventually.js';
import { rejection } from '../fixtures/rejection.js';
import { RestateServer } from './restate-server.js';

const deeds: string[] = [];
const does = (deed: string) => deeds.push(deed);

@workflow({ name: 'operations/trip' })
class Trip {
  async run(where: string) {
    const flight = await this.book(`flight to ${where}`);
    await this.book(`hotel in ${where}`);
    return `${flight}, ${await signal(z.string(), 'word')}`;
  }

  @step()
  @compensate('cancel')
  async book(what: string) {
    does(what);
    return what;
  }

  @step()
  async cancel(what: string) {
    does(`no ${what}`);
  }
}

@workflow({ name: 'operations/slow' })
class Slow {
  async run() {
    await this.work('first');
    return this.work('second');
  }

  @step()
  async work(what: string) {
    does(`begins ${what}`);
    await sleep(800);
    does(`ends ${what}`);
    return what;
  }
}

@workflow({ name: 'operations/order' })
class Order {
  async run(order: string) {
    const paid = await this.pay(order);
    return `${paid}, ${await this.ship(order)}`;
  }

  @sideEffect({ idempotencyKey: (order) => `pay:${order}` })
  async pay(order: string) {
    does(`pay ${order}`);
    if (order === 'doubtful') throw new Error('the answer was lost');
    return `paid ${order}`;
  }

  @approval()
  @step()
  async ship(order: string) {
    does(`ship ${order}`);
    return `shipped ${order}`;
  }
}

@workflow({ name: 'operations/large' })
class Large {
  async run(how: 'effect' | 'error' | 'value') {
    const mebibytes = 2 ** 20;
    if (how === 'error') return this.throws(20 * mebibytes);
    return (await this.makes((how === 'effect' ? 9 : 12) * mebibytes)).length;
  }

  @sideEffect({ idempotencyKey: (length) => `makes:${length}` })
  async makes(length: number) {
    does(`makes ${length}`);
    return 'x'.repeat(length);
  }

  @step({ retry: { maxAttempts: 1 } })
  async throws(length: number) {
    does('throws');
    throw new Error('x'.repeat(length));
  }
}

let server: RestateServer;
beforeAll(async () => {
  server = await RestateServer.start();
});
afterAll(() => server.stop());
beforeEach(() => void deeds.splice(0));

/** A client, and a worker in this process. */
async function worker(classes: readonly PlainClass[], { port, ...options }: ServeOptions = {}) {
  const at = port ?? (await freePort());
  const flow = await DurableFlow.open(await restateStore({ ingress: server.ingress, admin: server.admin }), { pollInterval: 10 });
  for (const each of classes) flow.register(each, () => new each());
  const serving = await serve(flow, { port: at, advertise: `http://127.0.0.1:${at}`, force: true, ...options });
  onTestFinished(async () => {
    await serving.close({ grace: 0 });
    await flow.close({ grace: 0 });
  });
  return { flow, serving, port: at };
}

const headers = { accept: 'application/json', 'content-type': 'application/json' };

async function invocation(runId: string): Promise<{ id: string; status: string; completion_failure?: string }> {
  const query = `SELECT id, status, completion_failure FROM sys_invocation WHERE target_service_key = '${runId}' AND target_handler_name = 'run'`;
  const response = await fetch(`${server.admin}/query`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return ((await response.json()) as { rows: { id: string; status: string }[] }).rows[0]!;
}

async function patch(id: string, what: string): Promise<void> {
  const response = await fetch(`${server.admin}/invocations/${id}/${what}`, { method: 'PATCH', headers });
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
}

describe('an operator of the Restate server', () => {
  it('cancels a run that waits: what was done is undone, and the invocation has failed with our words', async () => {
    const { flow } = await worker([Trip]);
    const run = await flow.start(Trip, 'Rome', { id: 'cancelled-there' });
    await run.settled();
    await patch((await invocation(run.id)).id, 'cancel');
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(run.view().status).toBe('cancelled');
    expect(deeds).toEqual(['flight to Rome', 'hotel in Rome', 'no hotel in Rome', 'no flight to Rome']);
    expect(await invocation(run.id)).toMatchObject({ status: 'completed', completion_failure: expect.stringContaining('cancelled') });
  });

  it('cancels a run in the middle of a body, which is not waited for', async () => {
    const { flow } = await worker([Slow]);
    const run = await flow.start(Slow, undefined, { id: 'cancelled-at-work' });
    await eventually(() => deeds.includes('begins first'));
    await patch((await invocation(run.id)).id, 'cancel');
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    // The body knows nothing of it, and comes to its end by itself.
    await eventually(() => deeds.includes('ends first'));
    expect(deeds).not.toContain('begins second');
  });

  it('moves a run to the newest deployment when its own is gone', async () => {
    const old = await worker([Trip], { inactivityTimeout: '200ms' });
    const run = await old.flow.start(Trip, 'Oslo', { id: 'moved-there' });
    await run.settled();
    await old.serving.close({ grace: 0 });
    const { flow } = await worker([Trip], { inactivityTimeout: '200ms' });
    const { id } = await invocation(run.id);
    await patch(id, 'pause').catch(() => {});
    await eventually(async () => ['paused', 'suspended'].includes((await invocation(run.id)).status));
    await patch(id, 'resume?deployment=latest');
    await flow.signal(run.id, 'word', 'hello');
    expect(await flow.run(run.id).result()).toBe('flight to Oslo, hello');
    expect(deeds).toEqual(['flight to Oslo', 'hotel in Oslo']);
  });
});

describe('a worker that is closed', () => {
  it('lets the body that is under way come to its record, and leaves the rest to the next one', async () => {
    const first = await worker([Slow]);
    const run = await first.flow.start(Slow, undefined, { id: 'closed' });
    await eventually(() => deeds.includes('begins first'));
    await first.serving.close({ grace: '5s' });
    expect(deeds).toEqual(['begins first', 'ends first']);
    const { flow } = await worker([Slow], { port: first.port });
    expect(await flow.run(run.id).result()).toBe('second');
    expect(deeds).toEqual(['begins first', 'ends first', 'begins second', 'ends second']);
  });
});

describe('a worker that comes back under its address', () => {
  it('is known with its new class, and goes on with the runs of the old one; without the old one it is refused', async () => {
    const old = await worker([Trip]);
    const run = await old.flow.start(Trip, 'Bergen', { id: 'comes-back' });
    await run.settled();
    await old.serving.close({ grace: 0 });
    const again = { port: old.port, force: false };
    await expect(worker([Order], again)).rejects.toMatchObject({ code: 'DF_RESTATE_ADDRESS' });
    const { flow } = await worker([Trip, Order], again);
    const order = await flow.start(Order, 'late', { id: 'order-late' });
    await eventually(() => flow.approvals({ runId: order.id }).length === 1);
    await flow.signal(run.id, 'word', 'hello');
    expect(await flow.run(run.id).result()).toBe('flight to Bergen, hello');
    await flow.cancel(order.id);
  });
});

describe('a file', () => {
  it('is drained: runs that wait for somebody go on on the server, with what they have done and the keys that they have used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'durableflow-drained-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = await DurableFlow.open(join(folder, 'app.db'));
    file.register(Order, () => new Order());
    for (const order of ['a', 'b', 'doubtful']) await (await file.start(Order, order, { id: `order-${order}` })).settled();
    const waiting = (['pending', 'waiting', 'in_doubt'] as const).flatMap((status) => file.runs({ status, limit: 10_000 }));
    const histories = waiting.map(({ id }) => JSON.parse(JSON.stringify(file.exportHistory(id))) as ReturnType<typeof file.exportHistory>);
    const before = file.show('order-a');
    await file.close();
    expect(histories).toHaveLength(3);

    const { flow } = await worker([Order]);
    for (const history of histories) await flow.importHistory(history);
    await eventually(() => flow.approvals().length === 2 && flow.doubts().length === 1);
    expect(flow.show('order-a').steps).toEqual(before.steps);
    await flow.resolve('order-doubtful', 0, { happened: true, value: 'seen on the account', by: 'ann' });
    await eventually(() => flow.approvals().length === 3);
    for (const { id, digest } of flow.approvals()) await flow.approve(id, { by: 'ann', digest });
    const results = await Promise.all(['a', 'b', 'doubtful'].map((order) => flow.run(`order-${order}`).result()));
    expect(results).toEqual(['paid a, shipped a', 'paid b, shipped b', 'seen on the account, shipped doubtful']);

    // A new run with a key that was used on the other side.
    const again = await flow.start(Order, 'a', { id: 'order-a-again' });
    await eventually(() => flow.approvals({ runId: again.id }).length === 1);
    expect(deeds.filter((deed) => deed.startsWith('pay '))).toEqual(['pay a', 'pay b', 'pay doubtful']);
  });
});

describe('what is too large for a message', () => {
  it('is refused before it is sent, and the run is executed once', async () => {
    const { flow } = await worker([Large]);
    const codeOf = async (how: 'effect' | 'error' | 'value') =>
      (await flow.start(Large, how, { id: `large-${how}` })).result().catch((error: { code: string }) => error.code);
    expect(await codeOf('value')).toBe('DF_PAYLOAD_TOO_LARGE');
    expect(await codeOf('error')).toBe('DF_PAYLOAD_TOO_LARGE');
    // The largest that fits, although it is sent twice.
    expect(await codeOf('effect')).toBe(9 * 2 ** 20);
    expect(deeds.filter((deed) => deed === 'throws')).toHaveLength(1);
    for (const how of ['value', 'error', 'effect']) expect((await invocation(`large-${how}`)).status).toBe('completed');
  });
});
