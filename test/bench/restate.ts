import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow, step, workflow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { quantileSorted } from 'simple-statistics';
import { freePort, freePorts, RestateNode } from '../../examples/restate-cluster/restate-node.js';
import { loadInWords, median, printFigures } from './print-figures.js';

const payload = 'x'.repeat(200);
const stepsPerRun = 10;
const inFlight = 32;
const alone = Number(process.env['RUNS'] ?? 60);
const together = alone * 4;

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
async function measure(flow: DurableFlow): Promise<Round> {
  const once = async () => (await flow.start(TenSteps, stepsPerRun)).result();
  for (let i = 0; i < 5; i++) await once();
  gaps = [];
  const one = await rate(alone, async () => {
    for (let i = 0; i < alone; i++) await once();
  });
  const sorted = gaps.toSorted((a, b) => a - b);
  const concurrent = await rate(together, async () => {
    let left = together;
    const lane = async () => {
      while (left-- > 0) await once();
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  });
  return { one, concurrent, p50: quantileSorted(sorted, 0.5), p99: quantileSorted(sorted, 0.99) };
}

async function rate(runs: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return runs / ((performance.now() - begun) / 1000);
}

async function onSqlite(folder: string, durability: 'power-loss' | 'process-crash'): Promise<Round> {
  const flow = await DurableFlow.open(join(folder, `${durability}.db`), { durability, guard: 'off' });
  flow.register(TenSteps, () => new TenSteps());
  try {
    return await measure(flow);
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
    return await measure(flow);
  } finally {
    await worker.close();
    await flow.close();
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
      (results['Restate, one node, its own defaults'] ??= []).push(await onRestate(server));
    }
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const title = `${stepsPerRun}-step runs, 200 bytes a step, median of ${rounds} rounds; ${loadInWords()}`;
  const figures = Object.entries(results).flatMap(([engine, those]) => {
    const mid = (of: (round: Round) => number) => median(those.map(of));
    return [
      { what: `${engine}: one after another`, figure: `${mid((it) => it.one).toFixed(0)} runs/s` },
      { what: `${engine}: ${inFlight} in flight`, figure: `${mid((it) => it.concurrent).toFixed(0)} runs/s` },
      { what: `${engine}: one step, p50 / p99`, figure: `${mid((it) => it.p50).toFixed(2)} / ${mid((it) => it.p99).toFixed(2)} ms` },
    ];
  });
  printFigures(title, figures);
}
