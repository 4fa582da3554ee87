import type { QueueCount, QueueLimit } from '../../index.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { table } from './table.js';
import { duration } from './time.js';

/** A table of queues: who waits, who is executed, and what they keep to. */
export function queuesText(queues: readonly QueueCount[], look: Look): string {
  if (queues.length === 0) return 'There are no queues in this database.';
  const columns = [{ head: 'queue' }, { head: 'pending' }, { head: 'running' }, { head: 'waiting' }, { head: 'limits', wraps: true }];
  const rows = queues.map(({ name, pending, running, waiting, all, perKey }) => [
    plain(name),
    ...[pending, running, waiting].map(String),
    [...limits(all, ''), ...limits(perKey, ' per key')].join(', ') || 'none',
  ]);
  return table(columns, rows, look);
}

function limits({ concurrency, rate }: QueueLimit, of: string): string[] {
  return [
    ...(concurrency === undefined ? [] : [`${concurrency} at once${of}`]),
    ...(rate === undefined ? [] : [`${rate.max} in ${duration(rate.per)}${of}`]),
  ];
}
