import type { Cli } from '../cli.js';
import { examples, positiveInteger } from '../arguments.js';
import { decide, expectOption, type DecideOptions } from '../decide.js';

/** `durableflow approve ID` */
export function approve(cli: Cli): void {
  cli.program
    .command('approve')
    .helpGroup('Decide:')
    .summary('Say yes to an approval.')
    .description('Say yes to an approval: the call goes on with the exact arguments that it shows, as soon as a process executes the run.')
    .argument('<id>', 'The number of the approval.', positiveInteger)
    .option('--by <name>', 'Who decides; the name of the system user if absent.')
    .option('--reason <text>', 'Why.')
    .addOption(expectOption())
    .addHelpText(
      'after',
      examples(
        ['approve 3', 'say yes in your own name'],
        ['approve 3 --by ada --reason "checked the invoice" --expect 4f0Zk2aQxw1B', 'only if the arguments are the ones that were read'],
      ),
    )
    .action((id: number, options: DecideOptions) => decide(cli, 'approve', id, options));
}
