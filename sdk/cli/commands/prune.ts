import { Option } from 'commander';
import type { Duration, EndedStatus } from '../../index.js';
import { endedStatuses } from '../../store/run-record.js';
import { duration, examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { count } from '../findings.js';

interface PruneOptions {
  readonly olderThan: Duration;
  readonly status?: EndedStatus;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `durableflow prune --older-than DURATION` */
export function prune(cli: Cli): void {
  cli.program
    .command('prune')
    .helpGroup('Keep:')
    .summary('Delete old runs for good.')
    .description(
      'Delete runs that ended long ago, with all that belongs to them, in small batches that keep nobody waiting. It asks first. Runs that have not ended, and ended children of a run that has not, are kept.',
    )
    .addOption(
      new Option('--older-than <duration>', 'How long ago they have ended: 12h, 30d, 8w.').argParser(duration).makeOptionMandatory(),
    )
    .addOption(new Option('--status <status>', 'Only runs that have ended so.').choices(endedStatuses))
    .option('--dry-run', 'Only count them.')
    .option('-y, --yes', 'Do not ask.')
    .addHelpText(
      'after',
      examples(
        ['prune --older-than 30d --dry-run', 'how many would go'],
        ['prune --older-than 30d --status completed --yes', 'in a nightly script'],
      ),
    )
    .action(({ dryRun = false, yes = false, ...which }: PruneOptions) =>
      cli.withFlow(async (flow) => {
        const found = await flow.prune({ ...which, dryRun: true });
        if (dryRun) return cli.report({ data: { found, deleted: 0 }, text: () => `${count(found, 'run')} would be deleted.` });
        if (found === 0)
          return cli.report({ data: { found, deleted: 0 }, text: () => nothing(which.status === 'diverged' && cli.onServer) });
        if (!(await cli.confirmed(`Delete ${count(found, 'run')} for good?`, yes)))
          return cli.report({ data: { found, deleted: 0 }, text: () => 'Nothing was deleted.' });
        const deleted = await flow.prune({ ...which, onProgress: (done) => cli.progress(`${done} of ${found} runs deleted`) });
        cli.report({ data: { found, deleted }, text: () => `${count(deleted, 'run')} deleted.` });
      }),
    );
}

const nothing = (isKept: boolean) =>
  `There is nothing to delete.${isKept ? ' A server keeps diverged runs, since they may be resumed: cancel them first.' : ''}`;
