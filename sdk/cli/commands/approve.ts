import type { Cli } from '../cli.js';
import { appHelp, optionalAppOption } from '../app-option.js';
import { examples, jsonList, positiveInteger } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { decide, expectOption, type DecideOptions } from '../decide.js';

/** `durableflow approve ID` */
export function approve(cli: Cli): void {
  cli.program
    .command('approve')
    .helpGroup('Decide:')
    .summary('Say yes to an approval.')
    .description(
      'Say yes to an approval: the call goes on with the exact arguments that it shows, or with those given with --edit, as soon as a process executes the run.',
    )
    .argument('<approval>', 'The number of the approval.', positiveInteger)
    .option('--by <name>', 'Who decides; the name of the system user if absent.')
    .option('--reason <text>', 'Why.')
    .addOption(expectOption())
    .option(
      '--edit <json>',
      'All arguments as a JSON array, changed as you want them. The `edits` schema of the gate checks them.',
      jsonList,
    )
    .addOption(optionalAppOption('With --edit: the module that registers the workflow class, for its schema.'))
    .addHelpText(
      'after',
      `${examples(
        ['approve 3', 'say yes in your own name'],
        ['approve 3 --by ada --reason "checked the invoice" --expect 4f0Zk2aQxw1B', 'only if the arguments are the ones that were read'],
        [`approve 3 --edit '["c-1", 900]' --app ./app.ts`, 'yes, but to less'],
      )}\n${appHelp}`,
    )
    .action((id: number, options: DecideOptions) => {
      if ((options.edit === undefined) !== (options.app === undefined)) throw new CliError('CLI_USAGE', '--edit and --app go together');
      return decide(cli, 'approve', id, options);
    });
}
