import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { openFloorTable } from '../peers/floor-table.js';
import { median, type Figure } from '../print-figures.js';
import { stepText } from '../step-value.js';
import { HalfDone } from './half-done.js';
import { inFolder } from './in-folder.js';
import { killedProcess } from './killed-process.js';
import { timed } from './timed.js';

export const title =
  'Runs of a process that was killed (SIGKILL), each in its second of two steps; FULL; the floor is as many rows read, and written in one commit';

/** Milliseconds from the opening of the file. */
interface Found {
  readonly lastBody: number;
  readonly completed: number;
  /** Of this process. */
  readonly processor: number;
  readonly floor: number;
}

export async function measure({ runs = 10_000, rounds = 3 } = {}): Promise<readonly Figure[]> {
  const found: Found[] = [];
  for (let i = 0; i < rounds; i++) found.push(await inFolder((folder) => round(folder, runs)));
  const of = (pick: (one: Found) => number) => median(found.map(pick));
  const floor = of((one) => one.floor);
  const row = (what: string, ms: number): Figure => ({
    ...{ what, figure: `${(ms / 1000).toFixed(2)} s`, floor: `${(floor / 1000).toFixed(2)} s`, ratio: ms / floor },
  });
  const completed = of((one) => one.completed);
  return [
    row(`${runs.toLocaleString('en')} runs, until the last one is at work again`, of((one) => one.lastBody)),
    { ...row('… until the last one has ended', completed), processor: `${(of((one) => one.processor) / 1000).toFixed(2)} s`, aim: '4 s', reached: completed <= 4000 },
  ]; // prettier-ignore
}

async function round(folder: string, runs: number): Promise<Found> {
  const file = join(folder, 'flow.db');
  await killedProcess(file, runs, 2);
  const floor = floorOf(folder, runs);
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const flow = await DurableFlow.open(file, { maxConcurrentRuns: runs });
  let bodies = 0;
  let lastBody = 0;
  const all = new Promise<void>((done) => {
    flow.register(HalfDone, () => {
      return new HalfDone(async () => {
        if (++bodies === runs) {
          lastBody = performance.now() - begun;
          done();
        }
        return stepText;
      });
    });
  });
  await all;
  const left = flow.runs({ status: 'running', limit: runs });
  await Promise.all(left.map(({ id }) => flow.run(id).result()));
  const completed = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  const counts = flow.countRuns();
  await flow.close();
  if (counts.completed !== runs || bodies !== runs)
    throw new Error(`${runs} runs were left behind: ${JSON.stringify(counts)}, ${bodies} bodies`);
  return { lastBody, completed, processor: (user + system) / 1000, floor: await floor };
}

/** The records of the first steps are read, and as many of the second steps are written. */
async function floorOf(folder: string, runs: number): Promise<number> {
  const table = openFloorTable({ folder, durability: 'full' });
  const rows = (seq: number) => Array.from({ length: runs }, (_, i) => [i, seq, stepText] as const);
  table.insertAll(rows(0));
  const ms = await timed(() => {
    table.readAll();
    table.insertAll(rows(1));
  });
  table.close();
  return ms;
}
