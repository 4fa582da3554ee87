import type { Claim, Store } from '../../sdk/store/index.js';

/** What happens at a machine's way to the file. */
export interface StoreGate {
  /** The only run that this machine may take up; undefined if it has no job. */
  readonly assigned: string | undefined;
  /** Before an outcome is written. */
  readonly beforeAppend?: (() => Promise<void>) | undefined;
  /** An outcome is on disk; the engine hears of it when this is over. */
  readonly afterAppend?: ((runId: string, call: number) => void | Promise<void>) | undefined;
  /** Before a run is taken up. */
  readonly beforeClaim?: (() => Promise<void>) | undefined;
  readonly onClaim?: ((claim: Claim) => void) | undefined;
  readonly onJoin?: ((ownerId: string) => void) | undefined;
  /** Throws if the machine is no more, so that nothing of it reaches the file. */
  assertAlive(): void;
}

/** Answered at once, and not written. */
const reads: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  'nextWake', 'prunable', 'queues', 'schedules', 'run', 'runs', 'countRuns', 'journal', 'approval', 'votes', 'approvals', 'effects',
  'waits', 'signals', 'decisions', 'uses', 'attributes', 'children', 'cancelRequests',
]); // prettier-ignore

/** The store as one machine has it: it takes up what it is told to and nothing else, and its way to the file may be long or cut. */
export function machineStore(store: Store, gate: StoreGate): Store {
  const methods = new Map<PropertyKey, unknown>();
  // Writes are committed in the order in which they were asked for, so none may overtake one that is held up.
  let held: Promise<unknown> | undefined;
  const write = <T>(work: () => Promise<T>, delay?: () => Promise<void>): Promise<T> => {
    const guarded = () => {
      gate.assertAlive();
      return work();
    };
    if (!delay) return held ? held.then(guarded) : attempt(guarded);
    const before = (held ?? Promise.resolve()).then(delay);
    const written = before.then(guarded);
    const settled = before.catch(() => {});
    held = settled;
    void settled.then(() => {
      if (held === settled) held = undefined;
    });
    return written;
  };
  const own: Partial<Store> = {
    // Who is dead is for the runner to say: simulated machines are all of one process.
    owners: () => [],
    changed: () => false,
    close: async () => {},
    // Whether it can be taken up is seen when that is tried.
    claimable: () => (gate.assigned === undefined ? [] : [gate.assigned]),
    versions: () => [],
    join(owner) {
      gate.onJoin?.(owner.id);
      return write(() => store.join(owner));
    },
    async claim(runId, ownerId, at) {
      const claim = await write(() => store.claim(runId, ownerId, at), gate.beforeClaim);
      if (claim) gate.onClaim?.(claim);
      return claim;
    },
    async append(lease, record, receipt, decision) {
      await write(() => store.append(lease, record, receipt, decision), gate.beforeAppend);
      const told = gate.afterAppend?.(lease.runId, record.call);
      if (told) await told;
    },
    async transact(lease, work, record, decision) {
      const written = await write(() => store.transact(lease, work, record, decision), gate.beforeAppend);
      const told = gate.afterAppend?.(lease.runId, written.call);
      if (told) await told;
      return written;
    },
  };
  return new Proxy(store, {
    get(inner, property) {
      const known = methods.get(property);
      if (known) return known;
      const mine: unknown = own[property as keyof Store];
      const method = (mine ?? Reflect.get(inner, property, inner)) as ((...args: unknown[]) => unknown) | undefined;
      if (typeof method !== 'function') return method;
      const answer = mine
        ? method
        : reads.has(property)
          ? method.bind(inner)
          : (...args: unknown[]) => write(() => method.apply(inner, args) as Promise<unknown>);
      methods.set(property, answer);
      return answer;
    },
  });
}

/** A refusal is an answer like any other: never thrown at the caller. */
function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error);
  }
}
