import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { approvalsText } from '../render/approvals.js';
import { walkApprovals } from '../walk-approvals.js';

interface ApprovalsOptions {
  readonly all?: boolean;
  readonly walk?: boolean;
  readonly by?: string;
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
    .addHelpText(
      'after',
      examples(
        ['approvals', 'what waits for you'],
        ['approvals --walk', 'decide one after the other'],
        ["approvals --json | jq '.approvals[] | {id, show, args}'", 'for a script'],
      ),
    )
    .action(async ({ all = false, walk = false, by }: ApprovalsOptions) => {
      if (walk) return walkOnTerminal(cli, by);
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

async function walkOnTerminal(cli: Cli, by: string | undefined): Promise<void> {
  const prompts = await cli.prompts('--walk', 'Decide with `durableflow approve ID` or `durableflow reject ID --reason TEXT`.');
  const decider = cli.decider(by);
  await cli.withFlow((flow) => walkApprovals(flow, decider, prompts, cli));
}
