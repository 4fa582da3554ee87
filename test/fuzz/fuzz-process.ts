import { Argument, Command } from 'commander';
import { positiveNumber, wholeNumber } from '../../sdk/cli/arguments.js';
import { fuzz } from './fuzz.js';
import { targets } from './targets.js';

const names = Object.keys(targets);
const program = new Command('npm run fuzz --')
  .description('Hostile inputs for whatever reads what others have written; those that lead to new places of the code lead on.')
  .addArgument(new Argument('[target]', 'all of them, one after the other, if absent').choices(names))
  .option('--minutes <n>', 'for each target', positiveNumber, 1)
  .option('--seed <n>', 'what the inputs are drawn from', wholeNumber, 1)
  .option('--input <json>', 'read this one and no other, as a finding tells it')
  .parse();
const { minutes, seed, input } = program.opts<{ minutes: number; seed: number; input?: string }>();
const [only] = program.args;

for (const target of only === undefined ? names : [only]) {
  const inputs = input === undefined ? undefined : [JSON.parse(input) as string];
  const {
    inputs: read,
    corpus,
    places,
    findings,
  } = await fuzz({ target, seed, milliseconds: minutes * 60_000, ...(inputs && { inputs }) });
  console.log(`${target}: ${read} inputs, ${corpus} kept, ${places} places, ${findings.length} findings`);
  for (const { kind, what, input: found } of findings) {
    console.log(`\n${kind}: ${what}\nnpm run fuzz -- ${target} --input '${JSON.stringify(found).replaceAll("'", String.raw`'\''`)}'\n`);
    process.exitCode = 1;
  }
}
process.exit();
