import { DurableFlowError, errorCodes, type ErrorCode } from '../../errors/index.js';
import type { ErrorWords, Refusal } from '../contract.js';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 431 | 500 | 503;

/** A request that is answered with a refusal. */
export class UiError extends Error {
  readonly status: RefusalStatus;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: RefusalStatus, code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * What the engine refuses, and the status that says so. Nothing else that is thrown is told to the page: messages of the store
 * name the file and its folder.
 */
const statuses: Partial<Record<ErrorCode, RefusalStatus>> = {
  DF_UNKNOWN_RUN: 404,
  DF_APPROVAL_UNKNOWN: 404,
  DF_PLAN_UNKNOWN: 404,
  DF_APPROVAL_FORBIDDEN: 403,
  DF_APPROVAL_CHANGED: 409,
  DF_APPROVAL_DECIDED: 409,
  DF_APPROVAL_EXPIRED: 409,
  DF_EFFECT_UNKNOWN: 409,
  DF_RUN_ENDED: 409,
  DF_RUN_BUSY: 409,
  DF_SIGNAL_INVALID: 400,
  DF_UNSERIALISABLE: 400,
  DF_PAYLOAD_TOO_LARGE: 413,
};

/** How an error is answered; undefined if it is a fault of ours. */
export function answerTo(error: unknown): { readonly status: RefusalStatus; readonly body: Refusal } | undefined {
  if (error instanceof UiError) return { status: error.status, body: refusal(error.code, error.message) };
  const status = error instanceof DurableFlowError ? statuses[error.code] : undefined;
  return status === undefined
    ? undefined
    : { status, body: refusal((error as DurableFlowError).code, withoutFix(error as DurableFlowError)) };
}

/** The words of a fault: where to find out more, and nothing of what happened. */
export const faultAnswer = (number: number): Refusal =>
  refusal('DF_UI_FAULT', `something went wrong here; it is fault ${number} in the terminal that serves this page`);

export function refusal(code: ErrorCode, what: string): Refusal {
  return { error: { code, what, fix: errorCodes[code].fix } satisfies ErrorWords };
}

/** Errors of the engine end with their fix. */
function withoutFix({ code, message }: DurableFlowError): string {
  const { fix } = errorCodes[code];
  return message.endsWith(fix) ? message.slice(0, -fix.length).trimEnd() : message;
}
