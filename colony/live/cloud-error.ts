import { DurableFlowError } from '../../sdk/errors/index.js';

/**
 * Why a request to the cloud failed. `gone` means that what was asked for is not there, or not any more; `refused` that it was
 * understood and denied.
 */
export type CloudFailure = 'authentication' | 'rate_limited' | 'server' | 'timeout' | 'connection' | 'malformed' | 'gone' | 'refused';

/** `DF_COLONY_CLOUD`, with the kind of failure in `details.kind`. */
export class CloudError extends DurableFlowError {
  readonly kind: CloudFailure;

  constructor(kind: CloudFailure, what: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super('DF_COLONY_CLOUD', what, { details: { kind, ...details }, cause });
    this.kind = kind;
  }

  /** Whether the request may have been carried out all the same. */
  get inDoubt(): boolean {
    return ['server', 'timeout', 'connection', 'malformed'].includes(this.kind);
  }
}
