import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { currentScope } from '../../definition/current-run.js';
import { DurableFlowError } from '../../errors/index.js';
import { BodyScope } from '../body-scope.js';

/** Where each key is published that is given out, for those who watch what becomes of it. */
export const effectKeyChannel = 'durableflow:effect-key';

const issued = channel(effectKeyChannel);

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
  const key = currentKey();
  if (issued.hasSubscribers) issued.publish(key);
  return key;
}

function currentKey(): string {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope)) return randomUUID();
  if (scope.effectKey === undefined)
    throw new DurableFlowError('DF_INVALID_INPUT', 'effectKey() was called in a method that is no @sideEffect');
  return scope.effectKey;
}
