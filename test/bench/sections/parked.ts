import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { quantileSorted } from 'simple-statistics';
import { openFloorTable } from '../peers/floor-table.js';
import { median, type Figure } from '../print-figures.js';
import { stepText } from '../step-value.js';
import { inFolder } from './in-folder.js';
import { settledMemory } from './settled-memory.js';
import { taken, timed, type Taken } from './timed.js';
import { WaitsForApproval, WaitsForSignal } from './waiting-workflows.js';

export const title =
  'Runs that wait, from their start to when the last one is parked; FULL; the floor is rows in one commit, and a row and a commit';

/** Milliseconds, and bytes. */
interface Found {
  readonly signals: Taken;
  readonly signalsHeap: number;
  readonly resident: number;
  readonly approvals: Taken;
  readonly rows: number;
  readonly wakes: readonly number[];
  readonly commits: readonly number[];
  readonly launch: number;
  readonly launchOfEmpty: number;
}

export async function measure({ runs = 10_000, wakes = 200, rounds = 3 } = {}): Promise<readonly Figure[]> {
  const found: Found[] = [];
  for (let i = 0; i < rounds; i++) found.push(await inFolder((folder) => round(folder, runs, wakes)));
  const of = (pick: (one: Found) => number) => median(found.map(pick));
  const sorted = (pick: (one: Found) => readonly number[]) => found.flatMap(pick).toSorted((a, b) => a - b);
  const [woken, commits] = [sorted((one) => one.wakes), sorted((one) => one.commits)];
  const many = runs.toLocaleString('en');
  const rows = of((one) => one.rows);
  const parking = (what: string, pick: (one: Found) => Taken): Figure => {
    const [ms, processor] = [of((one) => pick(one).ms), of((one) => pick(one).processorMs)];
    return {
      ...{ what, figure: seconds(ms), processor: seconds(processor), floor: seconds(rows), ratio: ms / rows },
      ...{ aim: '2 s', reached: ms <= 2000 },
    };
  };
  const waking = (what: string, at: number, most?: number): Figure => {
    const [ms, floor] = [quantileSorted(woken, at), quantileSorted(commits, at)];
    return {
      ...{ what, figure: `${ms.toFixed(2)} ms`, floor: `${floor.toFixed(2)} ms`, ratio: ms / floor },
      ...(most !== undefined && { aim: `${most} ms`, reached: ms <= most }),
    };
  };
  // The first one pays for what a process makes once; what the runs cost is what comes with each.
  const [resident, heap] = [found[0]!.resident / 1e6, of((one) => one.signalsHeap) / 1e6];
  const [launch, ofEmpty] = [of((one) => one.launch), of((one) => one.launchOfEmpty)];
  return [
    parking(`${many} runs wait for a message`, (one) => one.signals),
    parking(`${many} runs wait for an approval`, (one) => one.approvals),
    { what: `memory of the process, more after ${many} have been parked`, figure: `${resident.toFixed(0)} MB`, aim: '50 MB', reached: resident <= 50 },
    { what: '… of it what is still in use', figure: `${heap.toFixed(1)} MB` },
    waking('waking one: from the message to the result, p50', 0.5, 5),
    waking('… p99', 0.99),
    { what: `opening a file with ${many} parked runs, and a run to its end`, figure: `${launch.toFixed(1)} ms`, floor: `${ofEmpty.toFixed(1)} ms`, ratio: launch / ofEmpty, aim: '1.5 × an empty file', reached: launch <= 1.5 * ofEmpty },
  ]; // prettier-ignore
}

async function round(folder: string, runs: number, wakes: number): Promise<Found> {
  const table = openFloorTable({ folder, durability: 'full' });
  const rows = await timed(() => table.insertAll(Array.from({ length: runs }, (_, i) => [i, 0, stepText] as const)));
  const file = join(folder, 'flow.db');
  const flow = await DurableFlow.open(file);
  flow.register(WaitsForSignal, () => new WaitsForSignal());
  flow.register(WaitsForApproval, () => new WaitsForApproval());
  const before = await settledMemory();
  const ids: string[] = [];
  const signals = await taken(async () => {
    const started = await Promise.all(Array.from({ length: runs }, () => flow.start(WaitsForSignal, 0)));
    await Promise.all(started.map((run) => run.settled()));
    ids.push(...started.map(({ id }) => id));
  });
  const after = await settledMemory();
  const times = [];
  const commits = [];
  for (const id of ids.slice(-wakes)) {
    times.push(
      await timed(async () => {
        const result = flow.run(id).result();
        await flow.signal(id, 'go', 1);
        await result;
      }),
    );
    commits.push(await timed(() => table.insert([times.length, 1, stepText])));
  }
  table.close();
  const approvals = await taken(async () => {
    const started = await Promise.all(Array.from({ length: runs }, () => flow.start(WaitsForApproval, 100)));
    await Promise.all(started.map((run) => run.settled()));
  });
  const { waiting = 0 } = flow.countRuns();
  if (waiting !== 2 * runs - wakes) throw new Error(`${2 * runs - wakes} runs should wait, and ${waiting} do`);
  await flow.close();
  return {
    ...{ rows, signals, approvals, commits, wakes: times },
    ...{ signalsHeap: after.heap - before.heap, resident: after.resident - before.resident },
    launchOfEmpty: await launch(join(folder, 'empty.db')),
    launch: await launch(file),
  };
}

/** From a file that nobody has open to the result of a run that has its message already; the median of several. */
async function launch(file: string): Promise<number> {
  const times: number[] = [];
  // The first time the file may have to be made, and read from the disk.
  for (let i = 0; i <= 5; i++) {
    const begun = performance.now();
    const flow = await DurableFlow.open(file);
    flow.register(WaitsForSignal, () => new WaitsForSignal());
    const run = await flow.start(WaitsForSignal, 1);
    await flow.signal(run.id, 'go', 1);
    await run.result();
    if (i > 0) times.push(performance.now() - begun);
    await flow.close();
  }
  return median(times);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
