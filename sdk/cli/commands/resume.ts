import { appHelp, optionalAppOption } from '../app-option.js';
import { CliError } from '../cli-error.js';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { loadApp } from '../load-app.js';
import { nextSteps } from '../next-steps.js';
import { outcomeExit } from '../outcome-exit.js';
import { executesByName, settle } from '../settle.js';
import { plain } from '../render/plain.js';
import { runText } from '../render/run.js';

/** `durableflow resume RUN --app MODULE` */
export function resume(cli: Cli): void {
  cli.program
    .command('resume')
    .helpGroup('Execute:')
    .summary('Take up one run here and wait for it.')
    .description(
      'Take up one run in this process and wait until it has ended or is at rest: one that was left behind, is due, was stopped as diverged, or whose factory failed. Exits with 0 if it has completed, 3 if it waits, 1 otherwise.',
    )
    .argument('<run>', 'The id of the run.')
    .addOption(
      optionalAppOption('The module that registers the workflow classes; not needed on a Restate server, whose workers have them.'),
    )
    .addHelpText(
      'after',
      `${examples(
        ['resume ticket-17 --app ./app.ts', 'after the code is mended'],
        ['--db restate:http://localhost:8080 resume ticket-17', 'after a worker with the mended code was started'],
      )}\n${appHelp}`,
    )
    .action(async (id: string, { app }: { app?: string }) => {
      // First, so that a wrong database is told before the module is loaded.
      const { onServer } = cli;
      if (app === undefined && !onServer) throw new CliError('CLI_USAGE', "required option '--app <module>' not specified");
      const register = app === undefined ? undefined : await loadApp(app, cli.io);
      await cli.withFlow(async (flow) => {
        flow.run(id);
        await register?.(flow);
        cli.progress(`run ${plain(id)} is executed${onServer ? ' by a worker' : ''} …`);
        await settle(flow, id);
        const run = flow.show(id);
        const next = nextSteps(run, cli.caller);
        cli.report({ data: { run, next }, text: (look) => runText(run, next, look), exit: outcomeExit([run.status]) });
      }, executesByName);
    });
}
