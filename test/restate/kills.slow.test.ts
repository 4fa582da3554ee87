import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow, type TelemetryEvent } from 'durableflow';
import { restateStore } from 'durableflow/restate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Order, Shop } from '../../examples/restate-cluster/order.js';
import { freePort } from '../../examples/restate-cluster/restate-node.js';
import { TcpFront } from '../../examples/restate-cluster/tcp-front.js';
import { WorkerProcess } from '../../examples/restate-cluster/worker-process.js';
import { eventually } from '../fixtures/eventually.js';
import { RestateServer } from './restate-server.js';

const articles = ['tea', 'cup', 'pot'];

/** Two workers behind one address, and an order. */
async function ordered(nodes: 1 | 3 = 1, clientOf = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-kills-'));
  const shop = join(folder, 'deeds.jsonl');
  const server = await RestateServer.start({ nodes });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const ports = [await freePort(), await freePort()] as const;
  const front = await TcpFront.listen(ports);
  onTestFinished(() => front.close());
  const worker = (name: string, port: number) => {
    const process = new WorkerProcess({ name, port, advertise: front.url, shop, ingress: server.ingress, admin: server.admin });
    onTestFinished(() => process.kill());
    return process;
  };
  const [first, second] = [worker('first', ports[0]), worker('second', ports[1])];
  await Promise.all([first.ready, second.ready]);
  const client = async (node: number) => {
    const { ingress, admin } = server.nodes[node]!;
    const flow = await DurableFlow.open(await restateStore({ ingress, admin, patience: '20s' }), { pollInterval: 10 });
    onTestFinished(() => flow.close({ grace: 0 }));
    flow.register(Order, () => new Order(new Shop(shop, 'client')));
    return flow;
  };
  const flow = await client(clientOf);
  const run = await flow.start(Order, articles, { id: 'order' });

  /** Says yes, and looks at what was done. */
  async function finish() {
    await eventually(() => flow.approvals({ runId: run.id }).length > 0);
    await flow.approve(flow.approvals({ runId: run.id })[0]!.id, { by: 'test' });
    const result = await run.result();
    const times = (what: string) => Shop.deedsIn(shop).filter((deed) => deed.what === what).length;
    return { result, times, details: flow.show(run.id), deeds: Shop.deedsIn(shop) };
  }
  return { server, first, second, client, flow, run, finish };
}

const told = (worker: WorkerProcess, name: TelemetryEvent['event'], count = 1) =>
  eventually(() => worker.events.filter(({ event }) => event === name).length >= count);

function expectDone(
  { result, times, details }: Awaited<ReturnType<Awaited<ReturnType<typeof ordered>>['finish']>>,
  { again = false } = {},
): void {
  expect(result).toBe('shipped 1 tea, 1 cup, 1 pot; paid 1500');
  expect(details.steps.map(({ method }) => method)).toEqual(['pick', 'pick', 'pick', 'charge', 'ship']);
  expect(times('charge 1500')).toBe(1);
  if (again) expect(times('ship')).toBeGreaterThan(0);
  else expect(times('ship')).toBe(1);
}

describe('a worker that is killed', () => {
  it.for([
    ['attempt.started', 2],
    ['step.recorded', 1],
    ['step.recorded', 3],
    ['effect.intended', 1],
    ['approval.requested', 1],
  ] as const)('at %s number %i leaves its run to the other one', { timeout: 60_000 }, async ([event, count]) => {
    const { first, finish } = await ordered();
    await told(first, event, count);
    await first.kill();
    const done = await finish();
    expectDone(done);
    expect(done.deeds.at(-1)).toMatchObject({ what: 'ship', worker: 'second' });
  });
});

describe('the server', () => {
  it('that is killed and started again goes on with its runs', { timeout: 60_000 }, async () => {
    const { server, first, finish } = await ordered();
    await told(first, 'step.recorded', 2);
    await server.kill();
    await server.restart();
    expectDone(await finish());
  });

  it.for([
    ['the one that has made the cluster', 0],
    ['one that has joined it', 1],
  ] as const)(
    'of three nodes goes on without %s, though a worker is killed meanwhile, and the node comes back',
    { timeout: 240_000 },
    async ([, node]) => {
      const { server, first, second, client, run, flow, finish } = await ordered(3, 2);
      await told(first, 'step.recorded', 1);
      await server.kill(node);
      await told(first, 'step.recorded', 2);
      await first.kill();
      await told(second, 'approval.requested');
      await server.restart(node);
      const done = await finish();
      // A node that comes back takes over a part of the runs, and a step that is under way there is executed again.
      expectDone(done, { again: true });
      expect(done.deeds.at(-1)).toMatchObject({ what: 'ship', worker: 'second' });
      // What the node that was away says of the run is what the others say.
      const there = await client(node);
      await eventually(() => there.runs().some(({ id, status }) => id === run.id && status === 'completed'));
      expect(there.show(run.id)).toEqual(flow.show(run.id));
    },
  );
});
