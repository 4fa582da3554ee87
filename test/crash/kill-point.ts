import type { Store } from 'durableflow';

/** A moment at which a process kills itself, or is killed. */
export type KillPoint =
  /** Around the n-th write (from 1): when it was asked for and is not committed, or when it is committed and nobody knows. */
  | { readonly kind: 'write'; readonly n: number; readonly side: 'before' | 'after' }
  /** In the middle of a body. */
  | { readonly kind: 'body'; readonly step: string }
  /** Around an effect: it happened and the answer never came, or the answer came and was not recorded. */
  | { readonly kind: 'effect'; readonly side: 'unanswered' | 'answered' };

export const describePoint = (point: KillPoint): string =>
  point.kind === 'write' ? `${point.side} write ${point.n}` : point.kind === 'body' ? `in ${point.step}` : `effect ${point.side}`;

/** Which moments around a write: after each covers every state that the file can be left in; before also loses what was asked for. */
export type Sides = 'after each write' | 'before and after each write';

/** Every point at which a run can die, found from the writes of a run that did not. */
export function killPoints(writes: readonly string[], steps: readonly string[], sides: Sides): KillPoint[] {
  const before = writes.map((_, index) => ({ kind: 'write', n: index + 1, side: 'before' }) as const);
  return [
    ...(sides === 'after each write' ? before.slice(0, 1) : before),
    ...writes.map((_, index) => ({ kind: 'write', n: index + 1, side: 'after' }) as const),
    ...steps.map((step) => ({ kind: 'body', step }) as const),
    { kind: 'effect', side: 'unanswered' },
    { kind: 'effect', side: 'answered' },
  ];
}

/** Nothing is flushed, nothing is caught. */
export function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process outlived its SIGKILL');
}

/** Depends on how long the process lives, or belongs to no run, so it is not counted. */
const uncounted: ReadonlySet<PropertyKey> = new Set(['heartbeat', 'close', 'write']);

/** A store that counts its writes, and dies at one of them. Writes are the calls that answer with a promise. */
export function dyingStore(store: Store, point: KillPoint | undefined, writes: string[]): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: unknown[]) => unknown;
      if (typeof method !== 'function') return method;
      if (uncounted.has(name)) return method.bind(target);
      return (...args: unknown[]) => {
        const answer = method.apply(target, args);
        if (!(answer instanceof Promise)) return answer;
        const here = writes.push(name) === (point?.kind === 'write' ? point.n : 0);
        // The write is in the queue and will be committed later in this turn: it never is.
        if (here && point?.kind === 'write' && point.side === 'before') die();
        return here ? answer.then(() => die()) : answer;
      };
    },
  });
}

/** A store that forgets to write intents down: what the crash tests must notice. */
export function withoutIntents(store: Store): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      if (name === 'intend') return async () => ({ kind: 'begun' });
      const own = target[name];
      return typeof own === 'function' ? (own as (...args: unknown[]) => unknown).bind(target) : own;
    },
  });
}
