import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DurableFlow } from 'durableflow';
import { compileForBench } from '../bench/compile-for-bench.js';
import { Randomness } from '../simulation/randomness.js';
import { Customers } from './customers.js';
import { Disturbances } from './disturbances.js';
import { Gauges } from './gauges.js';
import { partsAtOnce } from './order.js';
import { OutsideServer } from './outside-server.js';
import { People } from './people.js';
import { rowsLeft } from './rows-left.js';
import { soakReport, type SoakReport } from './soak-report.js';
import { Worker } from './worker.js';
import type { WorkerMessage, WorkerOrders } from './worker-process.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly processes: number;
  /** Seconds between two disturbances, on average. */
  readonly killEvery: number;
  /** Orders a second. */
  readonly rate: number;
  readonly seed: number;
  /** A protection that the workers' stores lack: then something must be found broken. */
  readonly without?: string;
}

const lease = 6000;
const retention = 30_000;
/** With more orders than this no new one is placed. */
const mostInFlight = 300;
/** From so many minutes on, what grows by more than a tenth is not flat. */
const longEnough = 10;

/** Lets processes work on one file that are killed and stopped all the while, and holds what becomes of it against what is promised. */
export async function soak(options: SoakOptions, onProgress: (line: string) => void): Promise<SoakReport> {
  const { minutes, processes, killEvery, rate, seed, without } = options;
  const compiled = await compileForBench({ folders: ['sdk', 'test/soak', 'test/simulation', 'test/fixtures'] });
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-soak-'));
  const file = join(folder, 'flow.db');
  const broken: string[] = [];
  const isBroken = (what: string) => void broken.push(what);
  const counts = { fenced: 0, stalled: 0, lost: 0, pruned: 0 };
  const disturbances = new Disturbances(new Randomness(seed), { every: killEvery, lease });
  const outside = await OutsideServer.open(new Randomness(seed + 1), (pid, aliveAt) => disturbances.isLate(pid, aliveAt));
  const flow = await DurableFlow.open(file, { busyTimeout: 100 });
  const workers: Worker[] = [];
  const customers = new Customers(flow, outside, workers, new Randomness(seed + 2), isBroken);
  const people = new People(flow, outside, new Randomness(seed + 3), isBroken);

  const heard = (message: WorkerMessage) => {
    customers.heard(message);
    if (message.kind !== 'event') return;
    disturbances.heard(message.event);
    if (message.event.event === 'run.fenced') counts.fenced++;
    if (message.event.event === 'run.stalled') counts.stalled++;
    if (message.event.event === 'run.claimed' && message.event.lostAt !== undefined) counts.lost++;
    if (message.event.event === 'runs.pruned') counts.pruned += message.event.runs;
  };
  const orders: WorkerOrders = { file, outside: outside.url, leaseDuration: `${lease}ms`, retention: `${retention}ms`, without };
  const script = compiled.file('test/soak/worker-process.ts');
  for (let n = 0; n < processes; n++) workers.push(new Worker(script, orders, heard, isBroken));
  const gauges = new Gauges(file, () => workers[0]!.pid);

  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const progress = setInterval(() => {
    const { memory, file: size, wal } = gauges.samples.at(-1)!;
    onProgress(
      `${seconds()} s: ${customers.started} started, ${customers.inFlight} in flight, ${customers.completed} completed, ${customers.failed} failed; ` +
        `${disturbances.kills} kills, ${disturbances.stops} stops; memory ${memory.toFixed(0)} MB, file ${size.toFixed(1)} MB, WAL ${wal.toFixed(1)} MB; ` +
        `${broken.length} broken`,
    );
    for (const { name, running } of flow.queues())
      if (running > partsAtOnce) isBroken(`${running} runs of queue ${name} are executed, and ${partsAtOnce} may be`);
  }, 1000);
  try {
    disturbances.begin(workers);
    while (Date.now() - began < minutes * 60_000) {
      if (customers.inFlight < mostInFlight) customers.place();
      await pause(1000 / rate);
    }
    await customers.end();
    await disturbances.end();
    gauges.end();
    for (const worker of workers) await worker.close();
    await pause(2);
    await flow.prune({ olderThan: '1ms' });
    for (const [table, rows] of rowsLeft(file)) isBroken(`${rows} rows of ${table} belong to no run that there is`);
    const report = soakReport({ options, seconds: seconds(), customers, people, outside, disturbances, gauges, counts, broken });
    return minutes < longEnough ? report : withoutGrowth(report);
  } finally {
    clearInterval(progress);
    people.end();
    gauges.end();
    await disturbances.end();
    for (const worker of workers) await worker.close();
    await flow.close();
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
    compiled.remove();
  }
}

function withoutGrowth(report: SoakReport): SoakReport {
  const grown = Object.entries(report.trends).filter(([, { growth, mean }]) => growth > mean / 10);
  return { ...report, broken: [...report.broken, ...grown.map(([what, { growth }]) => `${what} has grown by ${growth.toFixed(1)} MB`)] };
}
