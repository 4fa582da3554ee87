import type { RunStatus, RunView } from '../../index.js';
import { describeError } from '../describe-error.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { statusText } from './status.js';
import { table } from './table.js';
import { relativeTime } from './time.js';
import { cut, valuePreview } from './value.js';

/** A table of runs, and how many there are in each status. */
export function runsText(runs: readonly RunView[], counts: Partial<Record<RunStatus, number>>, look: Look): string {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (total === 0) return 'There are no runs in this database.';
  const each = Object.entries(counts).map(([status, n]) => `${n} ${statusText(status as RunStatus, look.colors)}`);
  const summary = `${runs.length} of ${total} runs shown: ${each.join(', ')}`;
  if (runs.length === 0) return `No run matches.\n${summary}`;
  const columns = [
    { head: 'run' },
    { head: 'workflow' },
    { head: 'status' },
    { head: 'started' },
    { head: 'updated' },
    { head: 'outcome', wraps: true },
  ];
  const rows = runs.map((run) => [
    plain(run.id),
    plain(`${run.workflow} v${run.version}`),
    statusText(run.status, look.colors),
    relativeTime(run.createdAt, look.now),
    relativeTime(run.updatedAt, look.now),
    outcome(run),
  ]);
  return `${table(columns, rows, look)}\n\n${summary}`;
}

function outcome({ status, output, error, wakeAt }: RunView): string {
  if (status === 'completed') return output === undefined ? '' : valuePreview(output, 60);
  if (error === undefined) return wakeAt ? `until ${wakeAt.toISOString()}` : '';
  return cut(plain(describeError(error).what), 60);
}
