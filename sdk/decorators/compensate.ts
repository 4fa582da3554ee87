import { methodDecorator, type MethodDecoratorOf } from './method-decorator.js';

/**
 * Names the method that undoes this one. When the run fails, is rejected or cancelled, what its completed calls have
 * done is undone, the last one first. The undoing method is durable itself (`@step` or `@sideEffect`); it is called with
 * what this one returned, followed by this one's arguments.
 *
 * @example
 * ```ts
 * import { compensate, DurableFlow, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'trip' })
 * class Trip {
 *   async run(city: string) {
 *     await this.bookFlight(city);
 *     throw new Error('no hotel');
 *   }
 *
 *   @step()
 *   @compensate('cancelFlight')
 *   async bookFlight(city: string) {
 *     return `flight to ${city}`;
 *   }
 *
 *   @step()
 *   async cancelFlight(flight: string) {
 *     console.log(`cancelled ${flight}`); // cancelled flight to Oslo
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Trip, () => new Trip());
 * const run = await flow.start(Trip, 'Oslo');
 * console.log((await run.settled()).status); // failed
 * await flow.close();
 * ```
 */
export function compensate<A extends unknown[]>(method: string): MethodDecoratorOf<A> {
  return methodDecorator<A>('compensate', (metadata) => {
    metadata.compensate = method;
  });
}
