import type { Store } from '../../sdk/store/index.js';
import type { KillSwitch } from './kill-switch.js';

/** The store of a process that is to be killed at a commit of one decorated method. */
export function killingStore(store: Store, kills: KillSwitch): Store {
  return new Proxy(store, {
    get(inner, property) {
      if (property === 'intend') {
        return async (...args: Parameters<Store['intend']>) => {
          if (args[1].method !== kills.method) return inner.intend(...args);
          if (kills.isAt('before_intent')) return kills.die('before_intent');
          const answer = await inner.intend(...args);
          if (kills.isAt('after_intent')) return kills.die('after_intent');
          return answer;
        };
      }
      if (property === 'append') {
        return async (...args: Parameters<Store['append']>) => {
          if (args[1].name !== kills.method) return inner.append(...args);
          if (kills.isAt('before_commit')) return kills.die('before_commit');
          const written = inner.append(...args);
          if (!kills.isAt('after_commit')) return written;
          await written;
          return kills.die('after_commit');
        };
      }
      const value: unknown = Reflect.get(inner, property, inner);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(inner) : value;
    },
  });
}
