import type { EventCatalogue } from '../telemetry/index.js';
import type { Call } from './call.js';
import type { CallHost } from './call-host.js';

/** Tells of a wait that is over, wherever it began: the same each time that the call is taken up, until it is recorded. */
export function tellWaited(
  { ports, subject }: CallHost,
  { index: call, name: method }: Call,
  {
    since,
    until = since,
    child,
    kind,
  }: Pick<EventCatalogue['wait.ended'], 'kind' | 'since'> & { until?: number | undefined; child?: string },
): void {
  ports.telemetry.emit('wait.ended', subject, { call, method, kind, since, until: Math.max(since, until), child });
}
