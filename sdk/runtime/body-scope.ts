import { randomUUID } from 'node:crypto';
import { currentScope, type CallReceiver } from '../definition/current-run.js';
import type { MethodDefinition } from '../definition/method-definition.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';
import { DurableFlowError } from '../errors/index.js';

/** The inside of one attempt: what `effectKey()` and `abortSignal()` answer there, and where a nested durable call is refused. */
export class BodyScope implements CallReceiver {
  readonly effectKey: string | undefined;
  readonly #method: MethodDefinition;
  readonly #instance: unknown;
  #controller: AbortController | undefined;
  #abortReason: { reason: unknown } | undefined;

  constructor(method: MethodDefinition, instance: unknown, effectKey: string | undefined) {
    this.#method = method;
    this.#instance = instance;
    this.effectKey = effectKey;
  }

  call(_wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[]): unknown {
    // `super.method()` in a decorated override is a part of the same call.
    if (instance === this.#instance && metadata.key === this.#method.key) return metadata.original.apply(instance, args as unknown[]);
    return Promise.reject(new DurableFlowError('DF_NESTED_CALL', `${metadata.key}() was called in the body of ${this.#method.key}()`));
  }

  /** Made when it is first asked for: most bodies never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason) this.#controller.abort(this.#abortReason.reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#abortReason ??= { reason };
    this.#controller?.abort(reason);
  }
}

/**
 * The idempotency key of the effect whose body this is called in; hand it to the endpoint. Outside the engine there is
 * no durable key, so it is a fresh one each time.
 *
 * @example
 * ```ts
 * import { effectKey } from 'durableflow';
 * const headers = { 'idempotency-key': effectKey() };
 * console.log(headers['idempotency-key'].length); // 36
 * ```
 */
export function effectKey(): string {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope)) return randomUUID();
  if (scope.effectKey === undefined)
    throw new DurableFlowError('DF_INVALID_INPUT', 'effectKey() was called in a method that is no @sideEffect');
  return scope.effectKey;
}

/**
 * Aborted when the attempt that this is called in is given up: its timeout is over, or its run was cancelled or
 * stopped. Hand it to `fetch` and the like. Outside the engine it is never aborted.
 *
 * @example
 * ```ts
 * import { abortSignal } from 'durableflow';
 * console.log(abortSignal().aborted); // false
 * ```
 */
export function abortSignal(): AbortSignal {
  const scope = currentScope.getStore();
  return scope instanceof BodyScope ? scope.signal : new AbortController().signal;
}
