import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { queuesText } from '../render/queues.js';

/** `durableflow queue` */
export function queue(cli: Cli): void {
  cli.program
    .command('queue')
    .helpGroup('Look:')
    .summary('List the queues.')
    .description(
      'List the queues, each with its limits, and how many of its runs wait for a place, are executed, and have begun and wait for something else.',
    )
    .addHelpText('after', examples(['queue', 'who waits for a place'], ["queue --json | jq '.queues[] | {name, pending}'", 'for a graph']))
    .action(() =>
      cli.withFlow(async (flow) => {
        const queues = flow.queues();
        cli.report({ data: { queues }, text: (look) => queuesText(queues, look) });
      }),
    );
}
