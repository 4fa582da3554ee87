import { setImmediate as turn } from 'node:timers/promises';

/** So many turns of the event loop a handle may take to be closed. A run that is still at work then is not over. */
const turns = 3;

/**
 * What a process is like around the runs that it carries out. A run after which anything of it is different has left
 * something behind, and nobody can tell what that does to the next one.
 */
export class Surroundings {
  #before = look();

  /** What a run has left behind, in words; empty if all is as it was. */
  async leftovers(): Promise<string[]> {
    for (let left = turns; ; left--) {
      const now = look();
      const found = differences(this.#before, now);
      // What was closed meanwhile may not hide something else that is opened later.
      if (found.length === 0) this.#before = now;
      if (found.length === 0 || left === 0) return found;
      await turn();
    }
  }
}

interface Look {
  /** What keeps the process alive: timers, sockets, watchers, other processes. */
  readonly handles: ReadonlyMap<string, number>;
  /** The process's own things that a run can change for all others, by their names. */
  readonly things: ReadonlyMap<string, unknown>;
  /** The same of functions that everybody uses. Those that are first loaded when they are used are no change. */
  readonly functions: ReadonlyMap<string, unknown>;
}

function look(): Look {
  const handles = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) handles.set(kind, (handles.get(kind) ?? 0) + 1);
  return {
    handles,
    things: new Map<string, unknown>([
      ['the working directory', process.cwd()],
      ...Object.entries(process.env).map(([name, value]): [string, unknown] => [`the variable ${name}`, value]),
      ...process.eventNames().map((event): [string, unknown] => [`listeners for ${String(event)}`, process.listenerCount(event)]),
    ]),
    functions: new Map([...functionsOf(globalThis, ''), ...functionsOf(Math, 'Math.'), ...functionsOf(console, 'console.')]),
  };
}

/** By their descriptors, since to read some of them loads what they stand for. */
function functionsOf(holder: object, prefix: string): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(holder)).flatMap(([name, { value }]) =>
    typeof value === 'function' ? [[`${prefix}${name}`, value as unknown]] : [],
  );
}

function differences(before: Look, now: Look): string[] {
  const open = [...now.handles].filter(([kind, count]) => count > (before.handles.get(kind) ?? 0)).map(([kind]) => `${kind} is open`);
  const names = new Set([...before.things.keys(), ...now.things.keys()]);
  const changed = [...names].filter((name) => before.things.get(name) !== now.things.get(name));
  const replaced = [...before.functions].filter(([name, it]) => now.functions.get(name) !== it).map(([name]) => name);
  return [...open, ...[...changed, ...replaced].map((name) => `${name} is another`)];
}
