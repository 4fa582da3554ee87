/** What V8's profiler writes; times are microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function in one place of the stack, with those that it called. */
export interface Frame {
  readonly name: string;
  /** Where it is from: a folder of `sdk/`, `better-sqlite3`, `node`, or `bench`. */
  readonly origin: string;
  /** Milliseconds in it alone. */
  self: number;
  /** Milliseconds in it and in all that it called. */
  total: number;
  readonly calls: Map<string, Frame>;
}

/** The calls of a profile, the same stacks taken together. */
export function profileTree({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const took = new Map<number, number>();
  for (const [i, id] of samples.entries()) took.set(id, (took.get(id) ?? 0) + timeDeltas[i]! / 1000);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const add = (into: Frame, id: number): number => {
    const { callFrame, children = [] } = byId.get(id)!;
    const origin = originOf(callFrame.url, callFrame.functionName);
    const name = callFrame.functionName || '(anonymous)';
    const key = `${origin} ${name}`;
    const frame = into.calls.get(key) ?? { name, origin, self: 0, total: 0, calls: new Map() };
    into.calls.set(key, frame);
    const self = took.get(id) ?? 0;
    const total = self + children.reduce((sum, child) => sum + add(frame, child), 0);
    frame.self += self;
    frame.total += total;
    return total;
  };
  const root: Frame = { name: 'all', origin: '', self: 0, total: 0, calls: new Map() };
  root.total = nodes[0]!.children!.reduce((sum, child) => sum + add(root, child), 0);
  return root;
}

/** Native functions of better-sqlite3 have no file, and are told by their names. */
function originOf(url: string, name: string): string {
  if (/^\(garbage collector\)|^\(idle\)|^\(program\)/.test(name)) return name.slice(1, -1);
  if (url.includes('/better-sqlite3/')) return 'better-sqlite3';
  const folder = /\/sdk\/(?:([\w-]+)\/(?:[\w-]+\/)*)?[\w-]+\.js$/.exec(url);
  if (folder) return `sdk/${folder[1] ?? ''}`.replace(/\/$/, '');
  if (url === '') return 'native';
  return url.startsWith('node:') ? 'node' : (/\/node_modules\/(?!\.cache)([\w@-]+)/.exec(url)?.[1] ?? 'bench');
}

/** Milliseconds of each origin, most first. A native function is its caller's: it is a statement of SQLite, or a built-in. */
export function timeByOrigin(root: Frame): readonly (readonly [origin: string, ms: number])[] {
  const sums = new Map<string, number>();
  const visit = (frame: Frame, caller: string) => {
    const native = frame.origin === 'native';
    const origin = native ? (/^(run|get|all|iterate|exec|pragma)$/.test(frame.name) ? 'SQLite' : caller) : frame.origin;
    sums.set(origin, (sums.get(origin) ?? 0) + frame.self);
    for (const call of frame.calls.values()) visit(call, origin);
  };
  for (const call of root.calls.values()) visit(call, 'node');
  return [...sums].sort((a, b) => b[1] - a[1]);
}
