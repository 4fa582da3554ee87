import { DurableFlowError, type ErrorDetails } from './durable-flow-error.js';
import type { ErrorCode } from './error-codes.js';

/**
 * Thrown at the call of an `@approval` method when an operator refuses it. Catch it in `run()` to go
 * another way; uncaught, the run ends as `rejected`.
 *
 * @example
 * ```ts
 * import { ApprovalRejected } from 'durableflow';
 * async function refundOrApologise(refund: () => Promise<string>): Promise<string> {
 *   try {
 *     return await refund();
 *   } catch (error) {
 *     if (error instanceof ApprovalRejected) return `refused by ${error.by ?? 'nobody'}`;
 *     throw error;
 *   }
 * }
 * ```
 */
export class ApprovalRejected extends DurableFlowError {
  constructor(what: string, options: ErrorDetails = {}, code: ErrorCode = 'DF_APPROVAL_REJECTED') {
    super(code, what, options);
  }

  /** Who refused. */
  get by(): string | undefined {
    return this.details['by'] as string | undefined;
  }

  /** Why, in the operator's words. */
  get reason(): string | undefined {
    return this.details['reason'] as string | undefined;
  }
}

/** Thrown at the call when nobody decided before `expiresIn` was over. It is a kind of rejection. */
export class ApprovalExpired extends ApprovalRejected {
  constructor(what: string, options: ErrorDetails = {}) {
    super(what, options, 'DF_APPROVAL_EXPIRED');
  }
}
