import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { openFloorTable } from './peers/floor-table.js';
import type { Durability } from './peers/peer.js';
import { stepText } from './step-value.js';
import { Steps } from './steps-workflow.js';

/** What one process has found. Steps a second; each beside the floor's rate just before and after it. */
export interface EngineRates {
  readonly one: RateAndFloor;
  readonly concurrent: RateAndFloor;
  /** Commits a second of a floor that does a little between two of them, as whatever is no loop has to. */
  readonly pacedFloor: number;
}

export interface RateAndFloor {
  readonly rate: number;
  readonly floor: number;
  /** Microseconds of processor time a step, the system's included. */
  readonly processorMicros: number;
}

const stepsPerRun = 10;
const lanes = 32;
/** About what the engine computes a step, in milliseconds. */
const pacedWork = 0.025;
const [durability, runs] = [process.argv[2] as Durability, Number(process.argv[3])];

const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
const table = openFloorTable({ folder, durability });
let rows = 0;

const insertRow = () => {
  table.insert([Math.floor(rows / stepsPerRun), rows % stepsPerRun, JSON.stringify({ i: rows, text: stepText })]);
  rows++;
};

/** One transaction a step, and nothing else. */
function floorRate(count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) insertRow();
  return count / ((performance.now() - start) / 1000);
}

/** One transaction a step, and between two of them some work and a turn of the event loop. */
async function pacedFloorRate(count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    insertRow();
    for (const until = performance.now() + pacedWork; performance.now() < until;);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return count / ((performance.now() - start) / 1000);
}

const flow = await DurableFlow.open(join(folder, 'flow.db'), { durability: durability === 'full' ? 'power-loss' : 'process-crash' });
flow.register(Steps, () => new Steps());

async function engine(count: number, concurrency: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await (await flow.start(Steps, stepsPerRun)).result();
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

async function rateOf(concurrency: number): Promise<RateAndFloor> {
  const before = floorRate(runs * 2);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await engine(runs, concurrency);
  const [seconds, { user, system }] = [(performance.now() - start) / 1000, process.cpuUsage(cpu)];
  const after = floorRate(runs * 2);
  const steps = runs * stepsPerRun;
  return { rate: steps / seconds, floor: 2 / (1 / before + 1 / after), processorMicros: (user + system) / steps };
}

// What is compiled and opened once is not counted: an engine is in processes that live long. Nor is the growth of the log: a flush of a file that
// has become longer takes half as long again, until the log is begun anew (after 1,000 pages for the floor, 4,000 for the engine).
floorRate(1500);
await engine(runs * 5, lanes);
const rates: EngineRates = { one: await rateOf(1), concurrent: await rateOf(lanes), pacedFloor: await pacedFloorRate(runs * 4) };
await flow.close();
table.close();
rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(rates));
