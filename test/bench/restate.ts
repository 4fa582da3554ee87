import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowContext } from '@restatedev/restate-sdk';
import { DurableFlow, step, workflow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { quantileSorted } from 'simple-statistics';
import { freePort, freePorts, RestateNode } from '../../examples/restate-cluster/restate-node.js';
import { Admin } from '../../sdk/restate/admin.js';
import { loadSdk } from '../../sdk/restate/load-sdk.js';
import { RestateHttp } from '../../sdk/restate/restate-http.js';
import { loadInWords, median, printFigures } from './print-figures.js';

const payload = 'x'.repeat(200);
const stepsPerRun = 10;
const inFlight = 32;
const alone = Number(process.env['RUNS'] ?? 60);
const together = alone * 4;

const ours = 'Restate, one node';
const plain = 'Restate without us, ten ctx.run a run';
/** Of what Restate does without us. */
const aim = 0.5;

/** From the beginning of one body to that of the next, in milliseconds: with the commit between them. */
let gaps: number[] = [];

@workflow({ name: 'bench/restate' })
class TenSteps {
  async run(count: number) {
    let begun = performance.now();
    let length = 0;
    for (let i = 0; i < count; i++) {
      length += (await this.work(i)).text.length;
      const now = performance.now();
      gaps.push(now - begun);
      begun = now;
    }
    return length;
  }

  @step()
  async work(i: number) {
    return { i, text: payload };
  }
}

interface Round {
  readonly one: number;
  readonly concurrent: number;
  readonly p50: number;
  readonly p99: number;
}

/** Runs a second one after another and side by side, and how long a step takes in the former. */
async function measure(execute: () => Promise<unknown>): Promise<Round> {
  for (let i = 0; i < 5; i++) await execute();
  gaps = [];
  const one = await rate(alone, async () => {
    for (let i = 0; i < alone; i++) await execute();
  });
  const sorted = gaps.toSorted((a, b) => a - b);
  const concurrent = await rate(together, async () => {
    let left = together;
    const lane = async () => {
      while (left-- > 0) await execute();
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  });
  return { one, concurrent, p50: quantileSorted(sorted, 0.5), p99: quantileSorted(sorted, 0.99) };
}

const runOf = (flow: DurableFlow) => async () => (await flow.start(TenSteps, stepsPerRun)).result();

async function rate(runs: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return runs / ((performance.now() - begun) / 1000);
}

async function onSqlite(folder: string, durability: 'power-loss' | 'process-crash'): Promise<Round> {
  const flow = await DurableFlow.open(join(folder, `${durability}.db`), { durability, guard: 'off' });
  flow.register(TenSteps, () => new TenSteps());
  try {
    return await measure(runOf(flow));
  } finally {
    await flow.close();
  }
}

async function onRestate(server: RestateNode): Promise<Round> {
  const { ingress, admin } = server;
  const flow = await DurableFlow.open(await restateStore({ ingress, admin, follow: false }), { guard: 'off' });
  flow.register(TenSteps, () => new TenSteps());
  const port = await freePort();
  const worker = await serve(flow, { port, advertise: `http://127.0.0.1:${port}` });
  try {
    return await measure(runOf(flow));
  } finally {
    await worker.close();
    await flow.close();
  }
}

/** The same work as a handler of Restate's own, without us: what the server and its SDK take. */
async function onPlainRestate({ ingress, admin }: RestateNode): Promise<Round> {
  const { createEndpointHandler, workflow: service } = await loadSdk();
  const run = async (ctx: WorkflowContext, count: number) => {
    let begun = performance.now();
    let length = 0;
    for (let i = 0; i < count; i++) {
      length += (await ctx.run(`work ${i}`, () => ({ i, text: payload }))).text.length;
      const now = performance.now();
      gaps.push(now - begun);
      begun = now;
    }
    return length;
  };
  const server = createServer(createEndpointHandler({ services: [service({ name: 'plain', handlers: { run } })], logger: () => {} }));
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const http = new RestateHttp(ingress);
  const toAdmin = new RestateHttp(admin);
  await new Admin(toAdmin).register(`http://127.0.0.1:${port}`, false);
  toAdmin.close();
  try {
    return await measure(async () => {
      const answer = await http.request({ method: 'POST', path: `/plain/${randomUUID()}/run`, body: stepsPerRun });
      if (answer.status !== 200) throw new Error(`the server has answered ${answer.status}`);
    });
  } finally {
    http.close();
    server.close();
  }
}

/** Prints what a run costs on a file and on a Restate server, measured in turns on the same machine. */
export async function printRestate(rounds = Number(process.env['ROUNDS'] ?? 3)): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  const server = new RestateNode({ folder: join(folder, 'server'), ports: await freePorts() });
  const results: Record<string, Round[]> = {};
  try {
    server.start();
    await server.ready();
    for (let i = 0; i < rounds; i++) {
      const own = mkdtempSync(join(folder, 'round-'));
      (results['SQLite, synchronous=FULL (survives a loss of power)'] ??= []).push(await onSqlite(own, 'power-loss'));
      (results['SQLite, synchronous=NORMAL (survives a crash of the process)'] ??= []).push(await onSqlite(own, 'process-crash'));
      (results['Restate, one node'] ??= []).push(await onRestate(server));
      (results[plain] ??= []).push(await onPlainRestate(server));
    }
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const title = `${stepsPerRun}-step runs, 200 bytes a step, median of ${rounds} rounds; ${loadInWords()}`;
  const mid = (engine: string, of: (round: Round) => number) => median(results[engine]!.map(of));
  const figures = Object.keys(results).flatMap((engine) => {
    const perSecond = (what: string, of: (round: Round) => number) => ({
      what: `${engine}: ${what}`,
      figure: `${mid(engine, of).toFixed(0)} runs/s, ${(mid(engine, of) * stepsPerRun).toFixed(0)} steps/s`,
      ...(engine === ours && {
        floor: `${mid(plain, of).toFixed(0)} runs/s`,
        ratio: mid(engine, of) / mid(plain, of),
        aim: `≥ ${aim}`,
        reached: mid(engine, of) / mid(plain, of) >= aim,
      }),
    });
    return [
      perSecond('one after another', (it) => it.one),
      perSecond(`${inFlight} in flight`, (it) => it.concurrent),
      {
        what: `${engine}: one step, p50 / p99`,
        figure: `${mid(engine, (it) => it.p50).toFixed(2)} / ${mid(engine, (it) => it.p99).toFixed(2)} ms`,
      },
    ];
  });
  printFigures(title, figures);
}
