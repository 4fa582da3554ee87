import type { Lease, Store } from 'durableflow';
import { wrappedStore, type Replacements } from '../fixtures/wrapped-store.js';

const answered = <T>(value: T) => Promise.resolve(value);
/** As if nobody else could have taken the run up since. */
const unfenced = (store: Store, lease: Lease): Lease => ({ ...lease, epoch: store.run(lease.runId)?.epoch ?? lease.epoch });

/** Stores without one of the protections each: what keeps a simulation honest is that it finds them out. */
export const brokenStores: Readonly<Record<string, (store: Store) => Store>> = {
  /** Whoever once had a run may write to it for good. */
  fencing: (store) =>
    wrappedStore(store, {
      append: (next, lease, ...rest) => next(unfenced(store, lease), ...rest),
      intend: (next, lease, ...rest) => next(unfenced(store, lease), ...rest),
      park: (next, lease, ...rest) => next(unfenced(store, lease), ...rest),
      finish: (next, lease, ...rest) => next(unfenced(store, lease), ...rest),
    }),
  /** An effect begins with no intent on disk. */
  intents: (store) => wrappedStore(store, { intend: () => answered({ kind: 'begun' } as const) }),
  /** Now and then a record is not on disk, though the engine was told so. */
  records: (store) => wrappedStore(store, forgetful()),
  /** A wait is not on disk, so that nothing says what the run waits for. */
  reasons: (store) => wrappedStore(store, { wait: () => answered(undefined), requestApproval: () => answered(undefined) }),
  /** What a call knew is not on disk with its record. */
  decisions: (store) => wrappedStore(store, { append: (next, lease, record, receipt) => next(lease, record, receipt) }),
  /** The same seed goes another way the second time. */
  sameness: (store) => wrappedStore(store, unlike()),
};

function forgetful(): Replacements {
  let records = 0;
  return { append: (next, ...args) => (++records % 5 === 0 ? answered(undefined) : next(...args)) };
}

let appended = 0;

/** Every second record is late, counted over all simulations. */
const unlike = (): Replacements => ({
  append: async (next, ...args) => {
    if (++appended % 2 === 0) await new Promise<void>((resolve) => void setTimeout(resolve, 1));
    return next(...args);
  },
});
