import { DurableFlowError } from './durable-flow-error.js';
import type { ErrorCode } from './error-codes.js';

/** What went wrong with a model call. */
export type ModelErrorKind =
  | 'rate_limited'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'connection'
  | 'stream_broken'
  | 'malformed'
  | 'context_length'
  | 'circuit_open'
  | 'invalid_request'
  | 'authentication'
  | 'aborted';

interface KindOfFailure {
  readonly code: ErrorCode;
  /** The same request may well succeed at the same target a moment later. */
  readonly transient?: boolean;
  /** The provider may have worked, and billed, although no answer arrived. */
  readonly mayCost?: boolean;
}

const kinds: Record<ModelErrorKind, KindOfFailure> = {
  rate_limited: { code: 'DF_MODEL_RATE_LIMITED', transient: true },
  overloaded: { code: 'DF_MODEL_OVERLOADED', transient: true },
  server: { code: 'DF_MODEL_SERVER', transient: true },
  timeout: { code: 'DF_MODEL_TIMEOUT', transient: true, mayCost: true },
  connection: { code: 'DF_MODEL_CONNECTION', transient: true, mayCost: true },
  stream_broken: { code: 'DF_MODEL_STREAM_BROKEN', transient: true, mayCost: true },
  malformed: { code: 'DF_MODEL_MALFORMED', transient: true, mayCost: true },
  context_length: { code: 'DF_MODEL_CONTEXT_LENGTH' },
  circuit_open: { code: 'DF_MODEL_CIRCUIT_OPEN' },
  invalid_request: { code: 'DF_MODEL_INVALID_REQUEST' },
  authentication: { code: 'DF_MODEL_AUTHENTICATION' },
  aborted: { code: 'DF_MODEL_ABORTED', mayCost: true },
};

/** What is known of a failed call beyond its kind. */
export interface ModelFailure {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** How long the provider asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The account's money or quota is used up, so that waiting does not help. */
  readonly spendCap?: boolean | undefined;
  /** The HTTP status. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Whether it may have cost something; by its kind if absent. */
  readonly mayCost?: boolean | undefined;
  /** What the provider reported to have spent, plain data. */
  readonly usage?: unknown;
  /** The attempts that were made, plain data; see `attemptsOf`. */
  readonly attempts?: readonly unknown[] | undefined;
  readonly cause?: unknown;
}

/**
 * A model call failed. `kind` says how, the same for every provider.
 *
 * @example
 * ```ts
 * import { ModelError } from 'durableflow';
 * const error = new ModelError('rate_limited', 'too many requests', { retryAfterMs: 2000 });
 * console.log(error.code); // DF_MODEL_RATE_LIMITED
 * console.log(error.verifiable); // true
 * ```
 */
export class ModelError extends DurableFlowError {
  constructor(kind: ModelErrorKind, what: string, { cause, ...facts }: ModelFailure = {}) {
    const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    super(facts.spendCap ? 'DF_MODEL_SPEND_CAP' : kinds[kind].code, what, { details: { kind, ...known }, cause });
  }

  get kind(): ModelErrorKind {
    return this.details['kind'] as ModelErrorKind;
  }

  get provider(): string | undefined {
    return this.details['provider'] as string | undefined;
  }

  /** How long the provider asks to be left alone, in milliseconds. */
  get retryAfterMs(): number | undefined {
    return this.details['retryAfterMs'] as number | undefined;
  }

  /** The account's money or quota is used up, so that waiting does not help. */
  get spendCap(): boolean {
    return this.details['spendCap'] === true;
  }

  /** The HTTP status, if there was one. */
  get status(): number | undefined {
    return this.details['status'] as number | undefined;
  }

  get requestId(): string | undefined {
    return this.details['requestId'] as string | undefined;
  }

  /**
   * The target certainly failed, by its own fault or for its own limits, so that another target may do better. Never
   * true of a request that is wrong, a key that is refused, or a call that was given up.
   */
  get verifiable(): boolean {
    return this.kind !== 'invalid_request' && this.kind !== 'authentication' && this.kind !== 'aborted';
  }

  /** The same target may do better a moment later. */
  get transient(): boolean {
    return kinds[this.kind].transient === true && !this.spendCap;
  }

  /** The provider may have billed this attempt although it brought no answer. */
  get mayCost(): boolean {
    return (this.details['mayCost'] as boolean | undefined) ?? kinds[this.kind].mayCost === true;
  }
}
