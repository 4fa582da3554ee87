import { examples } from './arguments.js';
import { Cli } from './cli.js';
import type { CliIo } from './cli-io.js';
import * as commands from './commands/index.js';
import { exitCodes } from './exit-codes.js';
import { wrap } from './render/wrap.js';
import { version } from './version.js';

/** The whole command line over this input and output. */
export function buildProgram(io: CliIo): Cli {
  const cli = new Cli(io);
  const { colors, width } = cli.look;
  cli.program
    .description('Look at durable runs, decide what waits for a person, and take up what was left behind.')
    .version(version(), '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print help.')
    .helpCommand('help [command]', 'Print help on a command.')
    .option(
      '--db <file>',
      'The database file, or restate:http://HOST:8080 for a Restate server; DURABLEFLOW_DB names it if this is absent.',
    )
    .option('--json', 'Print JSON for programs.')
    .option('--debug', 'Print the stack of an error.')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        if (!cli.json) io.stderr.write(text);
      },
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(width),
      getErrHelpWidth: () => helpWidth(width),
      getOutHasColors: () => colors.isColorSupported,
      getErrHasColors: () => colors.isColorSupported,
    })
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 20,
      styleTitle: colors.bold,
      styleCommandText: colors.cyan,
      styleOptionText: colors.cyan,
    })
    .addHelpText(
      'after',
      `${examples(
        ['--db app.db runs', 'what there is'],
        ['--db app.db show ticket-17', 'what happened, what it waits for, and what to type'],
        ['--db app.db approvals --walk', 'decide what waits for a person'],
        ['--db app.db recover --app ./app.ts', 'after a crash'],
      )}\n${exitCodesHelp(helpWidth(width))}`,
    );
  for (const declare of Object.values(commands)) declare(cli);
  return cli;
}

/** Does what the arguments say; returns the exit code. */
export function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  return buildProgram(io).run(argv);
}

const helpWidth = (width: number) => Math.min(width, 100);

const exitCodesHelp = (width: number) =>
  `\nExit codes:\n${Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${code}  ${wrap(meaning, width - 5).join('\n     ')}`)
    .join('\n')}`;
