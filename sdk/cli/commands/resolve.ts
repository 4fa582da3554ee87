import { Option } from 'commander';
import { examples, jsonValue, moment, wholeNumber } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';

interface ResolveOptions {
  readonly happened?: boolean;
  readonly didNotHappen?: boolean;
  readonly value?: unknown;
  readonly by?: string;
  readonly intendedAt?: Date;
}

/** `durableflow resolve RUN CALL` */
export function resolve(cli: Cli): void {
  cli.program
    .command('resolve')
    .helpGroup('Decide:')
    .summary('Say whether an effect in doubt has happened.')
    .description(
      'Say whether an effect in doubt has happened. The process died in the middle of it, or its call failed without an answer, so only the outside world knows: look there for the key that `durableflow show` prints. If it has happened, the call returns the value; if not, it is made again.',
    )
    .argument('<run>', 'The id of the run.')
    .argument('<call>', 'The number of the call, as `durableflow show` prints it.', wholeNumber)
    .addOption(new Option('--happened', 'It has happened.').conflicts('didNotHappen'))
    .addOption(new Option('--did-not-happen', 'It has not happened.'))
    .option('--value <json>', 'What the call returns, if it has happened; nothing if absent.', jsonValue)
    .option(
      '--intended-at <time>',
      'When the effect was begun that you have looked for, as hints print it. If it has been begun again since, nothing is recorded.',
      moment,
    )
    .option('--by <name>', 'Who says so; the name of the system user if absent.')
    .addHelpText(
      'after',
      examples(
        [`resolve ticket-17 2 --happened --value '{"refundId":"re_9"}'`, 'the refund is there'],
        ['resolve ticket-17 2 --did-not-happen', 'it is not, so make it'],
      ),
    )
    .action(async (id: string, call: number, options: ResolveOptions) => {
      const happened = options.happened === true;
      if (happened === (options.didNotHappen === true)) throw new CliError('CLI_USAGE', 'either --happened or --did-not-happen is needed');
      if (!happened && 'value' in options) throw new CliError('CLI_USAGE', '--value goes with --happened only');
      const by = cli.decider(options.by);
      await cli.withFlow(async (flow) => {
        const { value, intendedAt } = options;
        await flow.resolve(id, call, { happened, value, by, ...(intendedAt && { intendedAt }) });
        const effect = flow.show(id).effects.find((it) => it.call === call);
        const said = happened ? 'has happened' : 'has not happened and is made again';
        cli.report({
          data: { run: id, effect },
          text: () =>
            `Recorded: ${plain(effect?.method ?? `call ${call}`)} ${said}. Run ${plain(id)} goes on as soon as a ${cli.executor} executes it.`,
        });
      });
    });
}
