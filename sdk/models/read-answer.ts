import { DurableFlowError, ModelError } from '../errors/index.js';

/** Reads what an endpoint has answered. Whatever stands in the way of that is the fault of the answer: `malformed`. */
export function readAnswer<T>(at: { readonly provider: string; readonly model: string }, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof DurableFlowError) throw cause;
    throw new ModelError('malformed', `${at.provider}: the answer cannot be read: ${(cause as Error).message}`, { ...at, cause });
  }
}
