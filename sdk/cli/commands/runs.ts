import { Option } from 'commander';
import { endedStatuses, type RunStatus } from '../../store/run-record.js';
import { examples, positiveInteger } from '../arguments.js';
import type { Cli } from '../cli.js';
import { runsText } from '../render/runs.js';

interface RunsOptions {
  readonly status?: readonly RunStatus[];
  readonly workflow?: string;
  readonly search?: string;
  readonly before?: string;
  readonly limit: number;
}

const statuses = ['pending', 'running', 'waiting', 'in_doubt', ...endedStatuses] as const satisfies readonly RunStatus[];

/** `durableflow runs` */
export function runs(cli: Cli): void {
  cli.program
    .command('runs')
    .helpGroup('Look:')
    .summary('List runs, newest first.')
    .description('List runs, newest first, with the number of runs in each status.')
    .addOption(new Option('--status <status...>', 'Only runs in this status; repeatable, each will do.').choices(statuses))
    .option('--workflow <name>', 'Only runs of this workflow.')
    .option('--search <text>', 'Only runs with this in their id, or, given as name=value, with this attribute.')
    .option('--before <run>', 'Only runs that were started before this one: the next page.')
    .option('--limit <n>', 'At most so many.', positiveInteger, 50)
    .addHelpText(
      'after',
      examples(
        ['--db app.db runs', 'the newest runs'],
        ['runs --status in_doubt', 'runs that need an operator to look at the outside world'],
        ['runs --search customer=c-17', 'by an attribute, or by a part of the id'],
        ["runs --status failed --json | jq -r '.runs[].id'", 'ids for a script'],
      ),
    )
    .action((options: RunsOptions) =>
      cli.withFlow(async (flow) => {
        const found = flow.runs(options);
        const counts = flow.countRuns();
        cli.report({ data: { runs: found, counts }, text: (look) => runsText(found, counts, look) });
      }),
    );
}
