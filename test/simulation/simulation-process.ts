// First of all: what is loaded after it may keep the functions of Node that tell the time.
import './install-simulated-time.js';
import { Command, InvalidArgumentError, Option } from 'commander';
import fc from 'fast-check';
import { programs } from '../engine/program.js';
import { brokenStores } from './broken-stores.js';
import { faults } from './faults.js';
import { simulate, type Case } from './simulation.js';

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
  readonly without?: string;
  readonly shrink: boolean;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

const { runs, seed, path, without, shrink } = new Command('npm run simulate --')
  .description('Random workflows on simulated processes, to which all kinds of things happen; each case twice.')
  .option('--runs <n>', 'how many cases', wholeNumber, 1000)
  .option('--seed <n>', 'what they are drawn from; drawn itself by default', wholeNumber, Date.now() % 2 ** 31)
  .option('--path <path>', 'one case of the seed, as a failure tells it')
  .addOption(new Option('--without <protection>', 'a store that lacks a protection').choices(Object.keys(brokenStores)))
  .option('--no-shrink', 'leave the first failure as it is, instead of looking for the smallest')
  .parse()
  .opts<Options>();
const disturb = without === undefined ? undefined : brokenStores[without];

const cases: fc.Arbitrary<Case> = fc.record({
  program: programs,
  faults,
  network: fc.record({ lostRequests: fc.constantFrom(0, 0, 10), lostAnswers: fc.constantFrom(0, 0, 10) }),
  seed: fc.nat(),
});

let done = 0;
let elapsed = 0;
const begun = performance.now();
const property = fc.asyncProperty(cases, async (it) => {
  const first = await simulate(it, disturb);
  const second = await simulate(it, disturb);
  done++;
  elapsed += first.elapsed;
  if (process.stderr.isTTY && done % 20 === 0) process.stderr.write(`\r${done} of ${runs}`);
  if (first.broken.length > 0) throw new Error(first.broken.join('\n'));
  if (first.digest !== second.digest) throw new Error('the same case went another way the second time');
});
const result = await fc.check(property, {
  numRuns: runs,
  seed,
  ...(path !== undefined && { path }),
  endOnFailure: !shrink,
});
if (result.failed) {
  console.log(result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance));
  console.log(JSON.stringify(result.counterexample, undefined, 2));
  const rest = without === undefined ? '' : ` --without ${without}`;
  console.log(`\nnpm run simulate -- --seed ${result.seed} --path ${result.counterexamplePath} --runs 1${rest}`);
  process.exitCode = 1;
} else {
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${runs} simulations, each twice, kept every promise: seed ${seed}, ${Math.round(elapsed / 86_400_000)} days in ${seconds.toFixed(0)} s`,
  );
}
