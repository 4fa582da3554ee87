import { examples, jsonValue } from '../arguments.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';

interface SignalOptions {
  readonly payload?: unknown;
  readonly id?: string;
}

/** `durableflow signal RUN NAME` */
export function signal(cli: Cli): void {
  cli.program
    .command('signal')
    .helpGroup('Decide:')
    .summary('Send a message to a run.')
    .description('Send a message to a run. It is kept until the run asks for one of this name, and taken once.')
    .argument('<run>', 'The id of the run.')
    .argument('<name>', 'The name that the run asks for.')
    .option('--payload <json>', 'What the message says; nothing if absent.', jsonValue)
    .option('--id <dedupe>', 'Names the message: a second one of this id, for the same run and name, is ignored.')
    .addHelpText(
      'after',
      examples(
        [`signal ticket-17 paid --payload '{"cents":1200}'`, 'tell it'],
        [`signal ticket-17 paid --payload '{"cents":1200}' --id invoice-9`, 'once, however often this is repeated'],
      ),
    )
    .action((run: string, name: string, { payload, id }: SignalOptions) =>
      cli.withFlow(async (flow) => {
        const sent = await flow.signal(run, name, payload, id === undefined ? {} : { dedupeId: id });
        const { waits: all, signals } = flow.show(run);
        const waits = all.some((wait) => wait.name === `signal:${name}`);
        // A worker of a server has perhaps been quicker than the question.
        const taken = signals.filter((it) => it.name === name).at(-1)?.state === 'taken';
        cli.report({
          data: { run, name, sent, waits },
          text: () => signalText(run, name, sent, then(cli.executor)[taken ? 'taken' : waits ? 'waits' : 'kept']),
        });
      }),
    );
}

function signalText(run: string, name: string, sent: boolean, next: string): string {
  const signal = `${plain(name)} to run ${plain(run)}`;
  if (!sent) return `Ignored: a message of this id has been sent as ${signal} before.`;
  return `Sent ${signal}. ${next}`;
}

const then = (executor: string) => ({
  taken: 'It has taken it.',
  waits: `It goes on as soon as a ${executor} executes it.`,
  kept: 'It does not wait for one now; it is kept until it asks.',
});
