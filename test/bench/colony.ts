import { execFileSync } from 'node:child_process';
import { compileForBench } from './compile-for-bench.js';
import type { ColonyRound } from './colony-process.js';
import { loadInWords, median, printFigures } from './print-figures.js';

/** `npm run bench -- colony`: batches under hostile losses, in a process of their own that runs compiled code. */
export async function printColony(): Promise<void> {
  const found = await measureColony(Number(process.env['ROUNDS'] ?? 5));
  const of = (pick: (round: ColonyRound) => number) => median(found.map(pick));
  const [durable, scratch] = [of((it) => it.durable.processorMs), of((it) => it.scratch.processorMs)];
  const ofAnHour = of((it) => it.durable.processorMs / it.durable.simulatedHours);
  const ofAnHourScratch = of((it) => it.scratch.processorMs / it.scratch.simulatedHours);
  const event = of((it) => it.event);
  printFigures(`Colony's simulator, hostile losses, of the processor; the floor is the same batch without the engine; ${loadInWords()}`, [
    { what: 'a batch of twenty jobs, durable', figure: `${durable.toFixed(1)} ms`, floor: `${scratch.toFixed(1)} ms`, ratio: durable / scratch, aim: '100 ms', reached: durable <= 100 },
    { what: 'an hour of such a batch', figure: `${ofAnHour.toFixed(1)} ms`, floor: `${ofAnHourScratch.toFixed(1)} ms`, ratio: ofAnHour / ofAnHourScratch, aim: '36 ms (100,000 × real time)', reached: ofAnHour <= 36 },
    { what: 'a simulated event that does nothing', figure: `${event.toFixed(2)} µs`, aim: '2 µs', reached: event <= 2 },
  ]); // prettier-ignore
}

async function measureColony(rounds: number): Promise<readonly ColonyRound[]> {
  const compiled = await compileForBench({ folders: ['sdk', 'colony', 'test/bench'] });
  try {
    const args = ['--no-warnings', compiled.file('test/bench/colony-process.ts'), String(rounds)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as ColonyRound[];
  } finally {
    compiled.remove();
  }
}
