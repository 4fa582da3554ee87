import type { Args } from '../definition/method-metadata.js';
import type { SideEffectOptions } from '../definition/method-options.js';
import { methodDecorator, type From, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Makes a method a durable effect on the outside world. The intent is on disk before the body runs, the receipt in
 * the same commit as the record. If the process dies between the two, the effect is in doubt: `reconcile` asks the
 * outside world; else `onInDoubt` decides. The recorded outcome is exactly-once; the external effect is exactly-once
 * when the endpoint honours the key or `reconcile` can find it; otherwise it is at most once until an operator decides.
 *
 * @example
 * ```ts
 * import { effectKey, sideEffect, workflow } from 'durableflow';
 *
 * @workflow({ name: 'mailer' })
 * class Mailer {
 *   run(to: string) {
 *     return this.send(to);
 *   }
 *
 *   @sideEffect({ idempotencyKey: (to) => `welcome:${to}`, onInDoubt: 'retry' })
 *   async send(to: string) {
 *     return { to, key: effectKey() };
 *   }
 * }
 * console.log((await new Mailer().run('ann')).to); // ann
 * ```
 */
export function sideEffect<A extends unknown[]>(options: SideEffectOptions<From<A>>): MethodDecoratorOf<A> {
  return methodDecorator<A>('sideEffect', (metadata) => {
    // Plain JavaScript may leave them out; registration then says what is missing.
    metadata.sideEffect = (options ?? {}) as unknown as SideEffectOptions<Args>;
  });
}
