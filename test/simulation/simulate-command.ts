import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Batch, BatchResult } from './batch.js';
import { weaknesses } from './weaknesses.js';
import { tryAll } from './workers.js';

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
  readonly workers: number;
  readonly without?: string;
  readonly shrink: boolean;
}

/** Cases drawn from one seed; the next ones are drawn from the next seed. */
const batchSize = 100;
/** How often progress is told where nobody looks on, in milliseconds. */
const pause = 30_000;

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

const { runs, seed, path, workers, without, shrink } = new Command('npm run simulate --')
  .description('Random workflows on simulated processes, to which all kinds of things happen; each case twice.')
  .option('--runs <n>', 'how many cases', wholeNumber, 1000)
  .option('--seed <n>', 'what they are drawn from; drawn itself by default', wholeNumber, Date.now() % 2 ** 30)
  .option('--path <path>', 'one case of the seed, as a failure tells it')
  .option('--workers <n>', 'how many processes try them; one for each processor by default', wholeNumber, availableParallelism())
  .addOption(new Option('--without <protection>', 'a process that lacks a protection').choices(Object.keys(weaknesses)))
  .option('--no-shrink', 'leave the first failure as it is, instead of looking for the smallest')
  .parse()
  .opts<Options>();

function* batches(): Generator<Batch> {
  const rest = { path, without, shrinks: shrink };
  for (let from = 0; from < runs; from += batchSize)
    yield { seed: seed + from / batchSize, runs: Math.min(batchSize, runs - from), ...rest };
}

const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1000;
const isSeen = process.stderr.isTTY;
let done = 0;
let elapsed = 0;
let toldAt = begun;
let failure: BatchResult['failure'];

await tryAll(batches(), Math.max(workers, 1), (batch, result) => {
  done += batch.runs;
  elapsed += result.elapsed;
  failure ??= result.failure;
  if (!isSeen && performance.now() - toldAt < pause) return;
  toldAt = performance.now();
  process.stderr.write(`${isSeen ? '\r' : ''}${done} of ${runs} cases in ${seconds().toFixed(0)} s${isSeen ? '' : '\n'}`);
});

if (failure) {
  console.log(failure.what);
  console.log(failure.example);
  console.log(
    `\nnpm run simulate -- --seed ${failure.seed} --path ${failure.path} --runs 1${without === undefined ? '' : ` --without ${without}`}`,
  );
  process.exitCode = 1;
} else {
  const days = Math.round(elapsed / 86_400_000);
  console.log(`${runs} simulations, each twice, kept every promise: seed ${seed}, ${days} days in ${seconds().toFixed(0)} s`);
}
