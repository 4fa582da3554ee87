import { DurableFlowError, errorCodes } from '../errors/index.js';
import { CliError } from './cli-error.js';

/** An error, as a line on what is wrong and, if we know it, one on what to do. */
export interface ErrorDescription {
  /** The code if it has one, else the name of its class. */
  readonly code: string;
  readonly what: string;
  readonly fix: string | undefined;
}

/** Reads any thrown value. */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { code: 'Error', what: String(error), fix: undefined };
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' && code !== '' ? code : error.name;
  const what = error.message || error.name;
  if (error instanceof CliError) return { code: name, what, fix: error.fix };
  if (!(error instanceof DurableFlowError)) return { code: name, what, fix: undefined };
  // A newer version may have recorded a code that this one does not know.
  const fix = (errorCodes as Partial<Record<string, { fix: string }>>)[name]?.fix;
  return { code: name, what: fix && what.endsWith(fix) ? what.slice(0, -fix.length).trimEnd() : what, fix };
}
