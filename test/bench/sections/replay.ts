import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { openFloorTable } from '../peers/floor-table.js';
import { median, type Figure } from '../print-figures.js';
import { stepText, type StepValue } from '../step-value.js';
import { Steps } from '../steps-workflow.js';
import { inFolder } from './in-folder.js';
import { taken, type Taken } from './timed.js';
import { WaitsForSignal } from './waiting-workflows.js';

export const title =
  'Long runs: replayed when what they waited for has come, and the last steps beside the first; NORMAL; the floor is the rows read and parsed';

interface Found {
  readonly replayed: readonly Taken[];
  readonly read: readonly Taken[];
  /** What a step takes at the end of the longest run, to what it takes at the start. */
  readonly growth: number;
}

export async function measure({ lengths = [1000, 10_000] as readonly number[], rounds = 3 } = {}): Promise<readonly Figure[]> {
  const found: Found[] = [];
  // The first round is for the compiler.
  for (let i = 0; i <= rounds; i++) found.push(await inFolder((folder) => round(folder, lengths)));
  found.shift();
  const of = (pick: (one: Found) => number) => median(found.map(pick));
  const perStep = (key: 'replayed' | 'read', i: number, clock: keyof Taken) => of((one) => (one[key][i]![clock] * 1000) / lengths[i]!);
  const rows = lengths.map((steps, i): Figure => {
    const [ours, floor] = [perStep('replayed', i, 'processorMs'), perStep('read', i, 'processorMs')];
    const us = perStep('replayed', i, 'ms');
    return {
      what: `a step of ${steps.toLocaleString('en')}, replayed`, figure: `${us.toFixed(1)} µs`, processor: `${ours.toFixed(1)} µs`, floor: `${floor.toFixed(1)} µs of the processor`, ratio: ours / floor,
      ...(i > 0 && { aim: `1.25 × a step of ${lengths[0]!.toLocaleString('en')}`, reached: ours <= 1.25 * perStep('replayed', 0, 'processorMs') }),
    }; // prettier-ignore
  });
  const longest = lengths.at(-1)!.toLocaleString('en');
  const growth = of((one) => one.growth);
  return [
    ...rows,
    {
      what: `the last tenth of ${longest} steps, to the first one`,
      figure: `${growth.toFixed(2)} ×`,
      aim: '1.25 ×',
      reached: growth <= 1.25,
    },
  ];
}

async function round(folder: string, lengths: readonly number[]): Promise<Found> {
  const flow = await DurableFlow.open(join(folder, 'flow.db'), { durability: 'process-crash' });
  flow.register(WaitsForSignal, () => new WaitsForSignal());
  const [replayed, read]: [Taken[], Taken[]] = [[], []];
  for (const steps of lengths) {
    const run = await flow.start(WaitsForSignal, steps);
    await run.settled();
    replayed.push(
      await taken(async () => {
        await flow.signal(run.id, 'go', 1);
        await run.result();
      }),
    );
    read.push(await readingRows(folder, steps));
  }
  const growth = await growthOf(flow, lengths.at(-1)!);
  await flow.close();
  return { replayed, read, growth };
}

async function readingRows(folder: string, steps: number): Promise<Taken> {
  const table = openFloorTable({ folder, durability: 'normal' });
  table.removeRuns([0]);
  table.insertAll(Array.from({ length: steps }, (_, i) => [0, i, JSON.stringify({ i, text: stepText })] as const));
  let length = 0;
  const floor = await taken(() => {
    for (const [, , value] of table.readAll()) length += (JSON.parse(value) as StepValue).text.length;
  });
  table.close();
  if (length !== steps * stepText.length) throw new Error(`${steps} rows were written, and ${length} letters read`);
  return floor;
}

/** Of the medians: a flush or another program in between is nobody's growth. */
async function growthOf(flow: DurableFlow, steps: number): Promise<number> {
  const at: number[] = [];
  flow.register(Steps, () => new Steps((i) => (at.push(performance.now()), { i, text: stepText })));
  await (await flow.start(Steps, steps)).result();
  const took = at.slice(1).map((time, i) => time - at[i]!);
  const tenth = Math.floor(took.length / 10);
  return median(took.slice(-tenth)) / median(took.slice(0, tenth));
}
