import type { Store } from '../../sdk/store/index.js';
import type { KillSwitch } from './kill-switch.js';

/** Answered at once, and not written. */
const reads: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  'owners', 'claimable', 'nextWake', 'prunable', 'queues', 'schedules', 'run', 'runs', 'countRuns', 'journal', 'approval', 'votes',
  'approvals', 'effects', 'waits', 'signals', 'decisions', 'uses', 'attributes', 'children', 'versions', 'cancelRequests', 'changed',
]); // prettier-ignore

/** The store of a process that is to be struck at a commit of one decorated method. */
export function killingStore(store: Store, kills: KillSwitch): Store {
  // Writes are committed in the order in which they were asked for, so none may overtake the one that is held up.
  let held: Promise<unknown> | undefined;
  const hold = <T>(until: Promise<unknown>, write: () => Promise<T>): Promise<T> => {
    const written = until.then(write);
    held = written.catch(() => {});
    return written;
  };
  return new Proxy(store, {
    get(inner, property) {
      const value: unknown = Reflect.get(inner, property, inner);
      if (typeof value !== 'function') return value;
      const method = (value as (...args: unknown[]) => unknown).bind(inner);
      if (reads.has(property)) return method;
      return (...args: unknown[]) => {
        const write = () => method(...args) as Promise<unknown>;
        const [before, after] = pointsOf(property, args, kills);
        if (before && kills.isAt(before)) return hold(kills.strike(before), write);
        if (!after || !kills.isAt(after)) return held ? hold(held, write) : write();
        return hold(held ?? Promise.resolve(), async () => {
          const answer = await write();
          await kills.strike(after);
          return answer;
        });
      };
    },
  });
}

/** The points before and after a write, if it is one of the method's. */
function pointsOf(property: PropertyKey, args: readonly unknown[], { method }: KillSwitch) {
  if (property === 'intend')
    return (args as Parameters<Store['intend']>)[1].method === method ? (['before_intent', 'after_intent'] as const) : [];
  if (property === 'append')
    return (args as Parameters<Store['append']>)[1].name === method ? (['before_commit', 'after_commit'] as const) : [];
  return [];
}
