import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';

/** `durableflow cancel RUN` */
export function cancel(cli: Cli): void {
  cli.program
    .command('cancel')
    .helpGroup('Decide:')
    .summary('Cancel a run.')
    .description(
      'Cancel a run. One that nobody executes ends at once; one that is executed is asked to stop, and ends when the effects that are under way have been recorded.',
    )
    .argument('<run>', 'The id of the run.')
    .option('--reason <text>', 'Why; it is kept with the run.')
    .addHelpText('after', examples(['cancel ticket-17 --reason "opened twice"', 'end it']))
    .action((id: string, { reason }: { reason?: string }) =>
      cli.withFlow(async (flow) => {
        await flow.cancel(id, reason);
        const run = flow.run(id).view();
        cli.report({
          data: { run },
          text: () =>
            run.status === 'cancelled' ? `Run ${plain(id)} is cancelled.` : `Run ${plain(id)} is executed just now and was asked to stop.`,
        });
      }),
    );
}
