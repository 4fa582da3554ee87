import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { openFloorTable } from '../peers/floor-table.js';
import type { Figure } from '../print-figures.js';
import { stepText } from '../step-value.js';
import { Steps } from '../steps-workflow.js';
import { inFolder } from './in-folder.js';
import { timed } from './timed.js';

export const title =
  'The file: what it grows by, what deleting ended runs takes, and whether their place is used again; the floor is a table of the values';

export async function measure({ runs = 3000, steps = 10 } = {}): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    const value = JSON.stringify({ i: 0, text: stepText }).length;
    const file = join(folder, 'flow.db');
    const open = async () => {
      const flow = await DurableFlow.open(file, { durability: 'process-crash' });
      return flow.register(Steps, () => new Steps());
    };
    // A file that nobody has open has no log beside it.
    const doRuns = async (count: number, ofSteps: number) => {
      const flow = await open();
      let left = count;
      const lane = async () => {
        while (left-- > 0) await (await flow.start(Steps, ofSteps)).result();
      };
      await Promise.all(Array.from({ length: 32 }, lane));
      await flow.close();
      return statSync(file).size;
    };
    const empty = await doRuns(0, 0);
    const oneStep = await doRuns(runs, 1);
    const full = await doRuns(runs, steps + 1);
    const perRun = (oneStep - empty) / runs;
    const perStep = (full - 2 * oneStep + empty) / (runs * steps);

    const floorFile = join(folder, 'floor.db');
    const rows = () =>
      Array.from(
        { length: runs * (steps + 2) },
        (_, i) => [Math.floor(i / steps), i % steps, JSON.stringify({ i: i % steps, text: stepText })] as const,
      );
    const floorRuns = Array.from({ length: Math.ceil((runs * (steps + 2)) / steps) }, (_, i) => i);
    const floor = openFloorTable({ folder, durability: 'normal' });
    floor.insertAll(rows());
    const deletedRows = await timed(() => {
      for (let i = 0; i < floorRuns.length; i += 200) floor.removeRuns(floorRuns.slice(i, i + 200));
    });
    floor.insertAll(rows());
    floor.close();
    const floorPerStep = statSync(floorFile).size / (runs * (steps + 2));

    const flow = await open();
    await new Promise((done) => setTimeout(done, 2));
    let deleted = 0;
    const pruning = await timed(async () => (deleted = await flow.prune({ olderThan: 0 })));
    await flow.close();
    if (deleted !== 2 * runs) throw new Error(`${2 * runs} runs had ended, and ${deleted} were deleted`);
    const pruned = statSync(file).size;
    await doRuns(runs, 1);
    const again = await doRuns(runs, steps + 1);
    const rate = (ms: number) => `${Math.round((2 * runs * 1000) / ms).toLocaleString('en')} a second`;
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    return [
      { what: `a step whose value is ${value} bytes of JSON`, figure: bytes(perStep), floor: bytes(floorPerStep), ratio: perStep / floorPerStep, aim: '2 × the floor', reached: perStep <= 2 * floorPerStep },
      { what: 'a run of one such step', figure: bytes(perRun), floor: bytes(floorPerStep), ratio: perRun / floorPerStep },
      { what: `ended runs deleted, of 1 and ${steps + 1} steps`, figure: rate(pruning), floor: rate(deletedRows), ratio: deletedRows / pruning, aim: '5,000 a second', reached: (2 * runs * 1000) / pruning >= 5000 },
      { what: 'the file after they have been deleted', figure: mb(pruned), floor: mb(full), ratio: pruned / full },
      { what: 'the file after as many new runs', figure: mb(again), floor: mb(full), ratio: again / full, aim: '1.05 × as before', reached: again <= 1.05 * full },
    ]; // prettier-ignore
  });
}

const bytes = (value: number) => `${Math.round(value)} bytes`;
