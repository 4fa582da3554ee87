import type { RunStatus } from '../index.js';
import type { Exit } from './exit-codes.js';

/** What a run that was executed here means for a script: done, to be waited for, or gone wrong. */
export function outcomeExit(statuses: readonly RunStatus[]): Exit {
  if (statuses.some((status) => status === 'failed' || status === 'rejected' || status === 'cancelled' || status === 'diverged'))
    return 'error';
  return statuses.every((status) => status === 'completed') ? 'ok' : 'waits';
}
