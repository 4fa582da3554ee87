import type { StepOptions } from '../definition/method-options.js';
import { methodDecorator, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Makes a method a durable step: its outcome is recorded, and a resumed run gets the record instead of a second
 * execution. A step that was cut off before its record runs again (at least once), so it should only read, or
 * write what may be written twice; for anything else there is `@sideEffect`.
 *
 * @example
 * ```ts
 * import { step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'greeter' })
 * class Greeter {
 *   run(name: string) {
 *     return this.greet(name);
 *   }
 *
 *   @step({ timeout: '10s', retry: { maxAttempts: 3 } })
 *   async greet(name: string) {
 *     return `hello ${name}`;
 *   }
 * }
 * console.log(await new Greeter().run('ann')); // hello ann
 * ```
 */
export function step<A extends unknown[]>(options: StepOptions = {}): MethodDecoratorOf<A> {
  return methodDecorator<A>('step', (metadata) => {
    metadata.step = options;
  });
}
