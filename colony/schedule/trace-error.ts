import { DurableFlowError } from '../../sdk/errors/index.js';

/** `DF_COLONY_TRACE`, with the place in the trace that is wrong. */
export function traceError(name: string, line: number | undefined, what: string, cause?: unknown): DurableFlowError {
  const place = line === undefined ? name : `${name}, line ${line}`;
  return new DurableFlowError('DF_COLONY_TRACE', `${place}: ${what}`, { details: { name, ...(line !== undefined && { line }) }, cause });
}
