import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { appHelp, optionalAppOption } from '../app-option.js';
import { examples, portNumber } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { loadApp } from '../load-app.js';
import { uiText } from '../render/ui.js';
import { isRestate, openRestate } from '../restate-database.js';
import { executesByName } from '../settle.js';
import { watchServer } from '../watch-server.js';

interface UiCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly by: readonly string[];
  readonly readOnly?: true;
  readonly app?: string;
  readonly reports: readonly string[];
}

/** Where the readiness kit and Colony write, if nobody tells them otherwise. */
const usualReports = ['.readiness', '.colony', 'examples/.readiness'];

const collect = (value: string, before: readonly string[]) => [...before, value];

/** `durableflow ui` */
export function ui(cli: Cli): void {
  cli.program
    .command('ui')
    .helpGroup('Serve:')
    .summary('A local page: runs, the approvals inbox, spend, lineage and reports.')
    .description(
      'Serve a page over the database, for this machine alone: runs and their timelines, approvals and effects in doubt to decide on, spend against budgets, lineage, planner traces and reports. Open the link that is printed: it holds a secret, and what is decided through it is recorded in the name that it was made for. Stays until SIGINT or SIGTERM.',
    )
    .option('--port <n>', 'The port; 0 for any that is free.', portNumber, 4747)
    .option('--host <address>', 'Where to listen. Any other than a loopback address needs --allow-host.', '127.0.0.1')
    .option('--allow-host <name>', 'A name, besides those of this machine, under which the page may be called; repeatable.', collect, [])
    .option('--by <name>', 'Who decides, each with a link of their own; repeatable. Default: your user name.', collect, [])
    .option('--read-only', 'Only look: nothing can be decided.')
    .addOption(optionalAppOption('Execute runs as well, so that what is approved goes on at once: the module that registers the classes.'))
    .option('--reports <folder>', `A folder with reports; repeatable. Default: ${usualReports.join(', ')}, if they are there.`, collect, [])
    .addHelpText(
      'after',
      `${examples(
        ['--db app.db ui', 'look, and decide'],
        ['ui --app ./app.ts', 'and execute what was approved'],
        ['ui --by ada --by grace', 'two deciders, for gates with a quorum'],
        ['ui --read-only --port 0', 'only look, at any port that is free'],
      )}\n${appHelp}`,
    )
    .action((options: UiCommandOptions) => serve(cli, options));
}

async function serve(cli: Cli, options: UiCommandOptions): Promise<void> {
  const { port, host, allowHost, by, readOnly = false, app, reports } = options;
  const deciders = by.length > 0 ? by : [cli.decider(undefined)];
  const missing = reports.find((it) => !existsSync(it));
  if (missing !== undefined)
    throw new CliError('CLI_USAGE', `there is no folder ${missing} for --reports`, {
      fix: 'Name the folder into which the reports were written.',
    });
  const { file } = cli;
  if (app !== undefined) cli.assertExecutesHere('--app');
  const register = app === undefined ? undefined : await loadApp(app, cli.io);
  const { startUi } = await import('../../ui/index.js');
  const stopped = cli.io.stopped();
  const store = isRestate(file) ? await openRestate(file, cli.io) : undefined;
  await cli.withFlow(
    async (flow) => {
      await register?.(flow);
      await using page = await startUi(flow, {
        file,
        ...(store && { source: watchServer(store) }),
        deciders,
        host,
        port,
        allowHosts: allowHost,
        readOnly,
        works: app !== undefined,
        reports: reports.length > 0 ? reports.map((it) => resolve(it)) : usualReports.map((it) => resolve(it)).filter(existsSync),
        onFault: (number, error) => {
          cli.stream({ data: { fault: number }, text: ({ colors }) => colors.red(`fault ${number} of the page:`) });
          cli.warn(error);
        },
      });
      const told = { url: page.url, links: page.links, file, readOnly, works: app !== undefined, signs: flow.signsDecisions };
      const { onServer } = cli;
      cli.stream({ data: { listening: true, ...told }, text: (look) => uiText({ ...told, onServer }, look) });
      await stopped;
      cli.progress('closing the page …');
    },
    app === undefined ? executesByName : {},
    store,
  );
  cli.stream({ data: { stopped: true }, text: () => 'Stopped.' });
}
