import type { Args } from '../definition/method-metadata.js';
import type { ApprovalOptions } from '../definition/method-options.js';
import { methodDecorator, type From, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Puts a gate in front of a method: its body runs only after an operator has approved these exact arguments. While it
 * waits, the run takes no memory. A refusal throws `ApprovalRejected` at the call.
 *
 * @example
 * ```ts
 * import { approval, sideEffect, workflow } from 'durableflow';
 *
 * @workflow({ name: 'refunder' })
 * class Refunder {
 *   run(cents: number) {
 *     return this.refund('c-1', cents);
 *   }
 *
 *   @approval({ expiresIn: '24h', show: (id, cents) => `Refund ${cents / 100} to ${id}` })
 *   @sideEffect({ idempotencyKey: (id, cents) => `refund:${id}:${cents}` })
 *   async refund(id: string, cents: number) {
 *     return `${id} got ${cents}`;
 *   }
 * }
 * console.log(await new Refunder().run(500)); // c-1 got 500
 * ```
 */
export function approval<A extends unknown[]>(options: ApprovalOptions<From<A>> = {}): MethodDecoratorOf<A> {
  return methodDecorator<A>('approval', (metadata) => {
    metadata.approval = options as unknown as ApprovalOptions<Args>;
  });
}
