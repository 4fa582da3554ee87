import { errorCodes, type ErrorCode } from './error-codes.js';

/** What an engine error knows beyond its message. */
export interface ErrorDetails {
  /** Facts about this occurrence, for programs: the run id, the path in a value, and so on. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error raised by the engine. `code` is stable and listed in docs/errors.md; the message says what
 * happened and what to do.
 *
 * @example
 * ```ts
 * import { DurableFlowError } from 'durableflow';
 * const error = new DurableFlowError('DF_UNKNOWN_RUN', 'there is no run "r-1"');
 * console.log(error.code); // DF_UNKNOWN_RUN
 * ```
 */
export class DurableFlowError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, what: string, { details = {}, cause }: ErrorDetails = {}) {
    const sentence = /[.!?]$/.test(what) ? what : `${what}.`;
    super(`${sentence} ${errorCodes[code].fix}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** What to do about it. */
  get fix(): string {
    return errorCodes[this.code].fix;
  }
}
