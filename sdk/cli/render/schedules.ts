import type { Look } from './look.js';
import { plain } from './plain.js';
import { table } from './table.js';
import { moment } from './time.js';
import { valuePreview } from './value.js';

/** Runs that are started again and again. */
export interface ScheduleView {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly cron: string;
  readonly timezone: string | undefined;
  readonly input: unknown;
  /** Undefined if it is over. */
  readonly nextAt: Date | undefined;
}

/** A table of schedules and what they start next. */
export function schedulesText(schedules: readonly ScheduleView[], look: Look): string {
  if (schedules.length === 0) return 'There are no schedules in this database.';
  const columns = [{ head: 'schedule' }, { head: 'workflow' }, { head: 'cron' }, { head: 'next' }, { head: 'input', wraps: true }];
  const rows = schedules.map(({ id, workflow, version, cron, timezone, input, nextAt }) => [
    plain(id),
    plain(`${workflow} v${version}`),
    plain(timezone === undefined ? cron : `${cron} (${timezone})`),
    nextAt ? moment(nextAt, look.now) : 'never again',
    input === undefined ? '' : valuePreview(input, 60),
  ]);
  return table(columns, rows, look);
}
