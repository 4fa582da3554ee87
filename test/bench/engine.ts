import { execFileSync } from 'node:child_process';
import { compileForBench } from './compile-for-bench.js';
import type { EngineRates, RateAndFloor } from './engine-process.js';
import type { Durability } from './peers/peer.js';
import { loadInWords, median, printFigures, type Figure } from './print-figures.js';

// One number matters here: the engine's rate over that of the raw floor, one better-sqlite3 transaction a step at the same
// durability, measured in the same process on the same disk. Absolute figures differ from machine to machine.

const cases = [
  { durability: 'full', runs: 200, one: 0.8, concurrent: 8 },
  { durability: 'normal', runs: 400, one: 0.5, concurrent: undefined },
] as const satisfies readonly { durability: Durability; runs: number; one: number; concurrent: number | undefined }[];

/** `npm run bench`: steps a second of ten-step runs, one after another and 32 at a time. */
export async function printEngine(rounds = Number(process.env['ROUNDS'] ?? 5)): Promise<void> {
  const measured = await measureEngine(rounds);
  const figures = cases.flatMap(({ durability, one, concurrent }, i) => [
    figureOf(`${durability.toUpperCase()}, one run after another`, measured[i]!, (rates) => rates.one, one),
    figureOf(
      `${durability.toUpperCase()}, beside a floor that works 25 µs and lets the event loop turn`,
      measured[i]!,
      ({ one, pacedFloor }) => ({
        ...one,
        floor: pacedFloor,
      }),
    ),
    figureOf(`${durability.toUpperCase()}, 32 runs at a time`, measured[i]!, (rates) => rates.concurrent, concurrent),
  ]);
  printFigures(`runs of 10 steps of 200 bytes, median of ${rounds} rounds; ${loadInWords()}`, figures);
}

/** What each round has found, at each durability. Compiled as users have it, and each time in a process of its own. */
export async function measureEngine(rounds: number, runsOf = (runs: number) => runs): Promise<EngineRates[][]> {
  const compiled = await compileForBench();
  try {
    const measured: EngineRates[][] = cases.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, { durability, runs }] of cases.entries()) {
        const args = ['--no-warnings', compiled.file('test/bench/engine-process.ts'), durability, String(runsOf(runs))];
        measured[i]!.push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as EngineRates);
      }
    }
    return measured;
  } finally {
    compiled.remove();
  }
}

function figureOf(what: string, rounds: readonly EngineRates[], of: (rates: EngineRates) => RateAndFloor, aim?: number): Figure {
  const pick = (value: (it: RateAndFloor) => number) => median(rounds.map((rates) => value(of(rates))));
  const whole = (n: number) => Math.round(n).toLocaleString('en');
  const ratio = pick(({ rate, floor }) => rate / floor);
  return {
    what,
    figure: `${whole(pick(({ rate }) => rate))} steps/s, ${whole(pick((it) => it.processorMicros))} µs of the processor each`,
    floor: `${whole(pick(({ floor }) => floor))} commits/s`,
    ratio,
    ...(aim !== undefined && { aim: `${aim} × the floor`, reached: ratio >= aim }),
  };
}
