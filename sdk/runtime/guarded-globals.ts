import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import perfHooks from 'node:perf_hooks';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

type AnyFunction = (...args: never[]) => unknown;

/** Told of every call before it is made; `below` is the function that was called. */
export type OnCall = (call: string, instead: string, below: AnyFunction) => void;

/** A function of the machine that gives something else on every replay. */
interface Target {
  readonly holder: object;
  readonly key: string;
  /** As an author would write the call. */
  readonly call: string;
  readonly instead: string;
}

function targets(): Target[] {
  const all = (holder: object, prefix: string, keys: readonly string[], instead: string): Target[] =>
    keys.map((key) => ({ holder, key, call: `${prefix}${key}()`, instead }));
  const prototypeOf = (value: object) => Object.getPrototypeOf(value) as object;
  const bytes = "random() or uuid() from 'durableflow', or a @step";
  return [
    ...all(globalThis, '', ['Date'], "now() from 'durableflow'"),
    ...all(prototypeOf(perfHooks.performance), 'performance.', ['now'], "now() from 'durableflow'"),
    ...all(process, 'process.', ['hrtime'], "now() from 'durableflow'"),
    ...all(Math, 'Math.', ['random'], "random() from 'durableflow'"),
    ...all(crypto, 'crypto.', ['randomUUID'], "uuid() from 'durableflow'"),
    ...all(crypto, 'crypto.', ['randomBytes', 'randomInt', 'getRandomValues'], bytes),
    ...all(prototypeOf(crypto.webcrypto), 'crypto.', ['randomUUID'], "uuid() from 'durableflow'"),
    ...all(prototypeOf(crypto.webcrypto), 'crypto.', ['getRandomValues'], bytes),
    ...all(globalThis, '', ['fetch'], 'a method with @step or @sideEffect'),
    ...[globalThis, timers, timersPromises].flatMap((holder) =>
      all(holder, '', ['setTimeout', 'setInterval', 'setImmediate'], "sleep() from 'durableflow'"),
    ),
  ];
}

/** What each guarded function stands for. */
const originals = new WeakMap<AnyFunction, AnyFunction>();

/** Puts a guard in front of the clock, randomness, timers and `fetch`; the returned function takes it away. */
export function guardGlobals(onCall: OnCall): () => void {
  const undo = targets().map((target) => replace(target, onCall));
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo) restore();
    syncBuiltinESMExports();
  };
}

function replace({ holder, key, call, instead }: Target, onCall: OnCall): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  const current = descriptor?.value as AnyFunction | undefined;
  if (typeof current !== 'function') return () => {};
  const tell = (name: string, below: AnyFunction) => onCall(name, instead, below);
  // A fake or a spy may have put back a guard that we had taken away.
  const guard = originals.has(current) ? current : key === 'Date' ? guardDate(current, tell) : guardFunction(current, call, tell);
  const original = originals.get(guard) ?? current;
  originals.set(guard, original);
  Object.defineProperty(holder, key, { ...descriptor, value: guard });
  return () => {
    // What somebody has put in its place since, such as fake timers, is theirs to take away.
    if ((holder as Record<string, unknown>)[key] !== guard) return;
    Object.defineProperty(holder, key, { ...descriptor, value: original });
    if (key === 'Date') (original as unknown as DateConstructor).prototype.constructor = original;
  };
}

type Tell = (call: string, below: AnyFunction) => void;

function guardFunction(original: AnyFunction, call: string, tell: Tell): AnyFunction {
  function guard(this: unknown, ...args: never[]): unknown {
    tell(call, guard);
    return Reflect.apply(original, this, args);
  }
  Object.defineProperties(guard, Object.getOwnPropertyDescriptors(original));
  // process.hrtime.bigint
  const { bigint } = original as { bigint?: AnyFunction };
  if (bigint) Object.assign(guard, { bigint: guardFunction(bigint, call.replace('()', '.bigint()'), tell) });
  return guard;
}

/** A constructor of its own, because `new Date()` reads the clock as well. */
function guardDate(original: AnyFunction, tell: Tell): AnyFunction {
  const date = original as unknown as DateConstructor;
  function guard(...args: never[]): unknown {
    if (!new.target) {
      tell('Date()', guard);
      return date();
    }
    if (args.length === 0) tell('new Date()', guard);
    return Reflect.construct(date, args, new.target === (guard as unknown) ? date : new.target);
  }
  Object.defineProperties(guard, Object.getOwnPropertyDescriptors(date));
  Object.assign(guard, { now: guardFunction(() => date.now(), 'Date.now()', tell) });
  date.prototype.constructor = guard;
  return guard;
}
