import { appHelp, appOption } from '../app-option.js';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { loadApp, type RegisterApp } from '../load-app.js';
import { outcomeExit } from '../outcome-exit.js';
import { recoverAll } from '../recovery.js';
import { recoveryText } from '../render/recovery.js';
import { work } from '../work.js';

/** `durableflow recover --app MODULE` */
export function recover(cli: Cli): void {
  cli.program
    .command('recover')
    .helpGroup('Execute:')
    .summary('Take up all runs that were left behind.')
    .description(
      'Take up all runs that were left behind and wait until each has ended or is at rest. Exits with 0 if all have completed, 1 if any ended otherwise or could not be taken up, 3 if any waits.',
    )
    .addOption(appOption())
    .option('--watch', 'Stay, and execute whatever comes, until SIGINT or SIGTERM; then finish what is under way and give the rest back.')
    .addHelpText(
      'after',
      `${examples(['recover --app ./app.ts', 'after a crash'], ['recover --app ./app.js --watch', 'as a worker beside your program'])}\n${appHelp}`,
    )
    .action(async ({ app, watch = false }: { app: string; watch?: boolean }) => {
      // First, so that a wrong database is told before the module is loaded.
      cli.assertExecutesHere('recover');
      const register = await loadApp(app, cli.io);
      await (watch ? work(cli, register) : recoverOnce(cli, register));
    });
}

async function recoverOnce(cli: Cli, register: RegisterApp): Promise<void> {
  await cli.withFlow(async (flow) => {
    const recovery = await recoverAll(
      flow,
      () => register(flow),
      (done, of) => cli.progress(`${done} of ${of} runs ended or at rest`),
    );
    const { settled, leftOver } = recovery;
    cli.report({
      data: { runs: settled, leftOver },
      text: (look) => recoveryText(recovery, look),
      exit: leftOver.length > 0 ? 'error' : outcomeExit(settled.map(({ status }) => status)),
    });
  });
}
