import { DurableFlowError } from '../../sdk/errors/index.js';

/** What the suite says about a tool that it hands to the kit. */
export interface ToolOptions<T extends object = object> {
  /** What reports call it. Default: the name of its class or function, or `tool`. */
  readonly name?: string;
  /** Methods that change nothing. Without it the fault-free run tells: what a `@step` calls reads, anything else is an effect. */
  readonly reads?: readonly (keyof T & string)[];
  /** Where the arguments of an effect hold its idempotency key. Default: any field named `idempotencyKey` or alike, and what `effectKey()` returned. */
  readonly key?: (method: string, args: readonly unknown[]) => string | undefined;
  /** The endpoint honours idempotency keys, by its documentation; it is then not tried as one that ignores them. */
  readonly honoursKeys?: boolean;
  /** Reads that leave the house, such as a web search: what they are asked is checked for secrets. */
  readonly openWorld?: readonly (keyof T & string)[];
}

/** A tool as the kit knows it. */
export interface BenchTool {
  readonly name: string;
  readonly client: object;
  readonly options: ToolOptions;
}

/** The tools of one trial, in the order in which the suite's `agent` function named them: the same in every process. */
export class ToolBench {
  readonly tools: BenchTool[] = [];

  add(client: object, options: ToolOptions): BenchTool {
    if ((typeof client !== 'object' && typeof client !== 'function') || client === null)
      throw new DurableFlowError('DF_READINESS_SUITE', `tool(…) takes a client object or a function, not ${String(client)}`);
    const name = unique(
      options.name ?? nameOf(client),
      this.tools.map((it) => it.name),
    );
    const tool = { name, client, options };
    this.tools.push(tool);
    return tool;
  }

  /** The tool and the method that a call is for; `method` is empty for a tool that is a function. */
  find(tool: string, method: string): { readonly tool: BenchTool; readonly call: (args: readonly unknown[]) => unknown } | undefined {
    const found = this.tools.find(({ name }) => name === tool);
    if (!found) return undefined;
    const { client } = found;
    const target: unknown = method === '' ? client : (client as Record<string, unknown>)[method];
    if (typeof target !== 'function') return undefined;
    return { tool: found, call: (args) => Reflect.apply(target, client, args as unknown[]) as unknown };
  }
}

function nameOf(client: object): string {
  if (typeof client === 'function') return client.name || 'tool';
  const { name } = client.constructor;
  return name === 'Object' || name === '' ? 'tool' : name.charAt(0).toLowerCase() + name.slice(1);
}

function unique(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let n = 2;
  while (taken.includes(`${name}${n}`)) n++;
  return `${name}${n}`;
}

const keyField = /^(x-)?idempotency[-_]?key$/i;

/** The idempotency key among the arguments of a call, wherever it stands. */
export function idempotencyKeyIn(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 6) return undefined;
  for (const [field, inner] of Object.entries(value)) {
    if (keyField.test(field) && typeof inner === 'string') return inner;
    const found = idempotencyKeyIn(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value with the key in a field that is named so, wherever it stands. */
export function withNamedKey(value: unknown, key: string): unknown {
  if (value === key) return { idempotencyKey: key };
  if (Array.isArray(value)) return value.map((inner) => withNamedKey(inner, key));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).map(([field, inner]): [string, unknown] =>
    inner === key ? ['idempotencyKey', key] : [field, withNamedKey(inner, key)],
  );
  return Object.fromEntries(fields);
}

/** The arguments without their idempotency keys, for comparisons: a key differs where the deed is the same. */
export function withoutKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => !keyField.test(field))
      .map(([field, inner]) => [field, withoutKeys(inner)]),
  );
}
