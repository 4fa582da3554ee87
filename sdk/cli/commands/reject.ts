import type { Cli } from '../cli.js';
import { examples, positiveInteger } from '../arguments.js';
import { decide, expectOption, type DecideOptions } from '../decide.js';

/** `durableflow reject ID` */
export function reject(cli: Cli): void {
  cli.program
    .command('reject')
    .helpGroup('Decide:')
    .summary('Say no to an approval.')
    .description('Say no to an approval: the call throws ApprovalRejected in the workflow, with the reason.')
    .argument('<approval>', 'The number of the approval.', positiveInteger)
    .option('--by <name>', 'Who decides; the name of the system user if absent.')
    .requiredOption('--reason <text>', 'Why; the workflow can read it.')
    .addOption(expectOption())
    .addHelpText('after', examples(['reject 3 --reason "the customer has left"', 'say no in your own name']))
    .action((id: number, options: DecideOptions) => decide(cli, 'reject', id, options));
}
