import type { DurableFlow } from '../../index.js';
import { DurableFlowError } from '../../errors/index.js';
import { appHelp, optionalAppOption } from '../app-option.js';
import { examples, wholeNumber } from '../arguments.js';
import type { Cli } from '../cli.js';
import { loadApp } from '../load-app.js';
import { nextSteps } from '../next-steps.js';
import { outcomeExit } from '../outcome-exit.js';
import { differencesText } from '../render/differences.js';
import { plain } from '../render/plain.js';
import { runText } from '../render/run.js';
import { executesByName, settle } from '../settle.js';

interface ForkOptions {
  readonly from: number;
  readonly id?: string;
  readonly app?: string;
}

/** `durableflow fork RUN --from CALL` */
export function fork(cli: Cli): void {
  cli.program
    .command('fork')
    .helpGroup('Execute:')
    .summary('Make a new run that goes on from a call of another one.')
    .description(
      'Make a new run that has the records of another one up to, and not including, a call, and goes on from there. Effects that the first run has made are not made again under the same key. With --app it is executed here until it has ended or is at rest, and then compared with the first; the exit code is that of resume.',
    )
    .argument('<run>', 'The id of the run.')
    .requiredOption('--from <call>', 'The first call to make anew, by its number in `durableflow show`.', wholeNumber)
    .option('--id <id>', 'The id of the new run; the old one with a number if absent.')
    .addOption(optionalAppOption('Execute the new run here, with the workflow classes that this module registers.'))
    .addHelpText(
      'after',
      `${examples(
        ['fork ticket-17 --from 2 --app ./app.ts', 'try mended code from its third call on'],
        ['fork ticket-17 --from 2 --json | jq -r .run.id', 'leave it to the processes that are at work'],
      )}\n${appHelp}`,
    )
    .action(async (of: string, { from, id, app }: ForkOptions) => {
      // First, so that a wrong database is told before the module is loaded.
      void cli.file;
      const register = app === undefined ? undefined : await loadApp(app, cli.io);
      await cli.withFlow(async (flow) => {
        const made = await forkOnce(flow, of, from, id);
        if (!register) {
          const run = flow.run(made).view();
          return cli.report({ data: { of, run }, text: () => forkedText(of, from, made, cli.executor) });
        }
        await register(flow);
        cli.progress(`run ${plain(made)} is executed …`);
        await settle(flow, made);
        const run = flow.show(made);
        const next = nextSteps(run, cli.caller);
        const differences = flow.compare(of, made);
        cli.report({
          data: { of, run, next, differences },
          text: (look) => `${runText(run, next, look)}\n\n${differencesText(differences, [of, made], look)}`,
          exit: outcomeExit([run.status]),
        });
      }, executesByName);
    });
}

/** Forks under the given id, or under the first that is free. */
async function forkOnce(flow: DurableFlow, of: string, fromCall: number, id: string | undefined): Promise<string> {
  if (id !== undefined) return (await flow.fork(of, { fromCall, id })).id;
  for (let n = 2; ; n++) {
    try {
      return (await flow.fork(of, { fromCall, id: `${of}#${n}` })).id;
    } catch (error) {
      if (!(error instanceof DurableFlowError && error.code === 'DF_INPUT_MISMATCH')) throw error;
    }
  }
}

const forkedText = (of: string, from: number, made: string, executor: string) =>
  `Forked ${plain(of)} at call ${from}: ${plain(made)}\nRun ${plain(made)} goes on as soon as a ${executor} executes it.`;
