import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { openFloorTable } from '../peers/floor-table.js';
import { median, type Figure } from '../print-figures.js';
import { stepText } from '../step-value.js';
import { Steps } from '../steps-workflow.js';
import { inFolder } from './in-folder.js';
import { timed } from './timed.js';

export const title =
  'Starts: runs that begin a day later, so that nothing but the start is measured; FULL; the floor is a row and a commit';

/** Of one round; starts a second. */
interface Rates {
  readonly floor: number;
  readonly one: number;
  readonly grouped: number;
  readonly all: number;
}

export async function measure({ runs = 1000, rounds = 5 } = {}): Promise<readonly Figure[]> {
  const found: Rates[] = [];
  for (let i = 0; i < rounds; i++) found.push(await inFolder((folder) => round(folder, runs)));
  const of = (pick: (rates: Rates) => number) => median(found.map(pick));
  const row = (what: string, key: 'one' | 'all', floor: 'floor' | 'grouped', least?: number): Figure => {
    const ratio = of((rates) => rates[key] / rates[floor]);
    return {
      what, ratio, figure: perSecond(of((rates) => rates[key])), floor: perSecond(of((rates) => rates[floor])),
      ...(least !== undefined && { aim: `${least} × the floor`, reached: ratio >= least }),
    }; // prettier-ignore
  };
  return [
    row('a start, one after another', 'one', 'floor', 0.8),
    row(`${runs.toLocaleString('en')} at once`, 'all', 'floor', 8),
    row('… beside rows in one commit', 'all', 'grouped'),
  ];
}

async function round(folder: string, runs: number): Promise<Rates> {
  const table = openFloorTable({ folder, durability: 'full' });
  // Until the logs have their length: the flush of a file that grows takes half as long again.
  for (let i = 0; i < 1500; i++) table.insert([-1, i, stepText]);
  const floor = await timed(() => {
    for (let i = 0; i < runs; i++) table.insert([i, 0, stepText]);
  });
  const grouped = await timed(() => table.insertAll(Array.from({ length: runs }, (_, i) => [i, 1, stepText] as const)));
  table.close();
  const flow = await DurableFlow.open(join(folder, 'flow.db'));
  flow.register(Steps, () => new Steps());
  const start = () => flow.start(Steps, 10, { delay: '1d' });
  for (let i = 0; i < 1500; i++) await start();
  const one = await timed(async () => {
    for (let i = 0; i < runs; i++) await start();
  });
  const all = await timed(() => Promise.all(Array.from({ length: runs }, start)));
  await flow.close();
  const rate = (ms: number) => (runs * 1000) / ms;
  return { floor: rate(floor), one: rate(one), grouped: rate(grouped), all: rate(all) };
}

const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en')} a second`;
