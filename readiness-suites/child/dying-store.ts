import type { Store } from '../../sdk/store/index.js';
import type { WriteKill } from '../world/kill-plan.js';

/** How often these happen depends on how long the process lives. */
const uncounted: ReadonlySet<PropertyKey> = new Set(['heartbeat', 'close', 'defineQueue']);

/** Nothing is flushed, nothing is caught. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process outlived its SIGKILL');
}

/** A store that notes its writes, and whose process dies at one of them. Writes are the calls that answer with a promise. */
export function dyingStore(store: Store, kill: WriteKill | undefined, writes: string[]): Store {
  let counted = 0;
  return new Proxy(store, {
    get(inner, verb) {
      const value: unknown = Reflect.get(inner, verb, inner);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      if (typeof verb !== 'string' || uncounted.has(verb)) return method.bind(inner);
      return (...args: unknown[]) => {
        const answer = method.apply(inner, args);
        if (!(answer instanceof Promise)) return answer;
        writes.push(verb);
        if (!kill || (kill.verb !== undefined && kill.verb !== verb) || ++counted !== kill.nth) return answer;
        // It is in the queue, and would be committed later in this turn.
        if (kill.side === 'before') die();
        return answer.then(die);
      };
    },
  });
}
