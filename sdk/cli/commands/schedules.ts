import { decode } from '../../journal/index.js';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { schedulesText } from '../render/schedules.js';

/** A schedule that is over keeps a moment that never comes. */
const lastMoment = 8.64e15;

/** `durableflow schedules` */
export function schedules(cli: Cli): void {
  cli.program
    .command('schedules')
    .helpGroup('Look:')
    .summary('List the schedules.')
    .description('List the schedules: which workflow each starts, when, and with what input.')
    .addHelpText(
      'after',
      examples(['schedules', 'what starts by itself'], ["schedules --json | jq '.schedules[] | {id, nextAt}'", 'for a script']),
    )
    .action(() =>
      cli.withFlow(async (flow) => {
        const found = flow.schedules().map(({ id, workflow, version, cron, timezone, input, nextAt }) => {
          return {
            id,
            workflow,
            version,
            cron,
            timezone,
            input: decode(input),
            nextAt: nextAt > lastMoment ? undefined : new Date(nextAt),
          };
        });
        cli.report({ data: { schedules: found }, text: (look) => schedulesText(found, look) });
      }),
    );
}
