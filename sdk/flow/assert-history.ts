import { DurableFlowError } from '../errors/index.js';
import type { History } from '../store/index.js';

/** Throws `DF_HISTORY_INVALID` if this is not what `flow.exportHistory` returns. */
export function assertHistory(history: History): void {
  const lists = [history?.journal, history?.approvals, history?.effects, history?.waits, history?.signals];
  if (
    history?.format === 'durableflow.history' &&
    history.formatVersion === 1 &&
    lists.every(Array.isArray) &&
    typeof history.run?.id === 'string'
  )
    return;
  throw new DurableFlowError('DF_HISTORY_INVALID', 'this is not a history in a format that this version reads');
}
