import { appHelp, optionalAppOption } from '../app-option.js';
import { examples } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { loadApp } from '../load-app.js';
import { executesByName } from '../settle.js';
import { approvalsText } from '../render/approvals.js';
import { walkApprovals } from '../walk-approvals.js';

interface ApprovalsOptions {
  readonly all?: boolean;
  readonly walk?: boolean;
  readonly by?: string;
  readonly app?: string;
}

/** `durableflow approvals` */
export function approvals(cli: Cli): void {
  cli.program
    .command('approvals')
    .helpGroup('Look:')
    .summary('List the approvals that wait for a decision.')
    .description(
      'List the approvals that wait for a decision, each with the exact and whole arguments that a yes stands for. Exits with 3 if any is open.',
    )
    .option('--all', 'The decided ones too.')
    .option('--walk', 'Ask for a decision on each open one, on the terminal.')
    .option('--by <name>', 'Who decides in the walk; the name of the system user if absent.')
    .addOption(optionalAppOption('With --walk: the module that registers the workflow classes, so that arguments can be edited.'))
    .addHelpText(
      'after',
      `${examples(
        ['approvals', 'what waits for you'],
        ['approvals --walk', 'decide one after the other; Ctrl-C leaves the rest open'],
        ['approvals --walk --app ./app.ts', 'the same, and arguments may be edited: in $VISUAL or $EDITOR if one is named'],
        ["approvals --json | jq '.approvals[] | {id, show, args}'", 'for a script'],
      )}\n${appHelp}`,
    )
    .action(async ({ all = false, walk = false, by, app }: ApprovalsOptions) => {
      if (walk) return walkOnTerminal(cli, by, app);
      if (app !== undefined) throw new CliError('CLI_USAGE', '--app goes with --walk');
      await cli.withFlow(async (flow) => {
        const found = flow.approvals({ open: !all });
        cli.report({
          data: { approvals: found },
          text: (look) => (found.length === 0 ? 'Nothing waits for a decision.' : approvalsText(found, look)),
          exit: found.some(({ verdict }) => !verdict) ? 'waits' : 'ok',
        });
      });
    });
}

async function walkOnTerminal(cli: Cli, by: string | undefined, app: string | undefined): Promise<void> {
  const prompts = await cli.prompts('--walk', 'Decide with `durableflow approve ID` or `durableflow reject ID --reason TEXT`.');
  const decider = cli.decider(by);
  void cli.file;
  const register = app === undefined ? undefined : await loadApp(app, cli.io);
  await cli.withFlow(async (flow) => {
    await register?.(flow);
    await walkApprovals(flow, { by: decider, canEdit: register !== undefined }, prompts, cli);
  }, executesByName);
}
