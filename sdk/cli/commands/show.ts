import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { nextSteps } from '../next-steps.js';
import { runText } from '../render/run.js';

/** `durableflow show RUN` */
export function show(cli: Cli): void {
  cli.program
    .command('show')
    .helpGroup('Look:')
    .summary('Show a run: its steps, approvals and effects, and what it waits for.')
    .description(
      'Show a run: its timeline of steps, its approvals and effects, how it has ended, or what it waits for and which command ends the wait. Exits with 3 if it waits or is in doubt.',
    )
    .argument('<run>', 'The id of the run.')
    .addHelpText('after', examples(['show ticket-17', 'what happened'], ['show ticket-17 --json | jq .run.steps', 'every value, whole']))
    .action((id: string) =>
      cli.withFlow(async (flow) => {
        const run = flow.show(id);
        const next = nextSteps(run, cli.caller);
        cli.report({
          data: { run, next },
          text: (look) => runText(run, next, look),
          exit: run.status === 'waiting' || run.status === 'in_doubt' ? 'waits' : 'ok',
        });
      }),
    );
}
