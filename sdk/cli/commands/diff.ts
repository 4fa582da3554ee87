import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { differencesText } from '../render/differences.js';

/** `durableflow diff LEFT RIGHT` */
export function diff(cli: Cli): void {
  cli.program
    .command('diff')
    .helpGroup('Look:')
    .summary('Compare the records of two runs.')
    .description(
      'Compare the records of two runs, call by call: where they differ in the method, its arguments, or what it returned or threw. Of large values, it shows the places that differ.',
    )
    .argument('<left>', 'The id of a run.')
    .argument('<right>', 'The id of another run.')
    .addHelpText(
      'after',
      examples(
        ["diff ticket-17 'ticket-17#2'", 'what has become different since the fork'],
        ["diff ticket-17 ticket-18 --json | jq '.differences[].call'", 'the calls, for a script'],
      ),
    )
    .action((left: string, right: string) =>
      cli.withFlow(async (flow) => {
        const differences = flow.compare(left, right);
        cli.report({ data: { differences }, text: (look) => differencesText(differences, [left, right], look) });
      }),
    );
}
