import { DurableFlowError, type Store } from 'durableflow';

/** What a process does to its runs. `leave` is not among it: the leases of a dead process are given up for it. */
const writeVerbs: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  'start', 'claim', 'append', 'transact', 'intend', 'withdraw', 'requestApproval', 'reopenApproval', 'wait', 'refuseSignal', 'park', 'release', 'finish',
  'decide', 'resolve', 'cancel', 'signal', 'reopen',
]); // prettier-ignore

/** The store as a process sees it that dies after so many writes: none after them is made. */
export function crashing(store: Store, after: number, onCrash: () => void) {
  let writes = 0;
  let dead = false;
  const crashed = new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: unknown[]) => unknown;
      if (typeof method !== 'function') return method;
      if (!writeVerbs.has(name)) return method.bind(target);
      return (...args: unknown[]) => {
        if (!dead && writes >= after) {
          dead = true;
          onCrash();
        }
        if (dead) return Promise.reject(new DurableFlowError('DF_FENCED', 'the process is dead'));
        writes++;
        return method.apply(target, args);
      };
    },
  });
  return { store: crashed, happened: () => dead, writes: () => writes };
}
