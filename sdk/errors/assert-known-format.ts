import { DurableFlowError } from './durable-flow-error.js';

/** Throws `DF_FORMAT_NEWER` if this was written by a newer version: the numbers of formats only grow. */
export function assertKnownFormat(what: string, found: unknown, known: number): void {
  if (typeof found === 'number' && found > known)
    throw new DurableFlowError('DF_FORMAT_NEWER', `${what} has format version ${found}, and this durableflow reads ${known}`, {
      details: { found, known },
    });
}
