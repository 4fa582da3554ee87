import { decode, encode } from '../../sdk/journal/index.js';
import type { BenchTool } from '../world/tool-bench.js';
import type { ToolReply } from '../world/tool-service.js';
import { callScopeHeader } from './call-scope.js';
import type { IssuedKeys } from './issued-keys.js';
import type { KillSwitch } from './kill-switch.js';

/** A stand-in for a client: the same methods, carried out by the world. */
export function toolProxy<T extends object>(
  tool: BenchTool & { readonly client: T },
  { world, life, kills, keys }: { readonly world: string; readonly life: number; readonly kills: KillSwitch; readonly keys: IssuedKeys },
): T {
  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const name = method === '' ? tool.name : `${tool.name}.${method}`;
    await kills.beforeCall(name);
    const key = keys.among(args);
    const response = await fetch(`${world}/tool/${encodeURIComponent(tool.name)}/${encodeURIComponent(method)}`, {
      method: 'POST',
      headers: {
        'x-readiness-life': String(life),
        'x-readiness-scope': callScopeHeader(),
        ...(key !== undefined && { 'x-readiness-key': encodeURIComponent(key) }),
      },
      body: encode(args.map(plain), `the arguments of ${name}`),
      ...(signalIn(args) && { signal: signalIn(args)! }),
    });
    const reply = (await response.json()) as ToolReply;
    await kills.afterReply(name);
    if ('error' in reply) throw revived(reply.error);
    return decode(reply.value);
  };
  if (typeof tool.client === 'function') return ((...args: unknown[]) => call('', args)) as unknown as T;
  return new Proxy(tool.client, {
    get(client, property) {
      const value: unknown = Reflect.get(client, property, client);
      if (typeof value !== 'function' || typeof property !== 'string' || property === 'constructor') return value;
      return (...args: unknown[]) => call(property, args);
    },
  });
}

/** An abort signal can not travel; it ends the request instead. */
function plain(arg: unknown): unknown {
  if (arg instanceof AbortSignal) return undefined;
  if (typeof arg !== 'object' || arg === null || Object.getPrototypeOf(arg) !== Object.prototype) return arg;
  const entries = Object.entries(arg);
  return entries.some(([, value]) => value instanceof AbortSignal)
    ? Object.fromEntries(entries.filter(([, value]) => !(value instanceof AbortSignal)))
    : arg;
}

function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args) {
    if (arg instanceof AbortSignal) return arg;
    if (typeof arg === 'object' && arg !== null && 'signal' in arg && arg.signal instanceof AbortSignal) return arg.signal;
  }
  return undefined;
}

const builtIn: Readonly<Record<string, new (message: string) => Error>> = { TypeError, RangeError, SyntaxError };

function revived({ name, message, code }: { readonly name: string; readonly message: string; readonly code?: string }): Error {
  const error = new (builtIn[name] ?? Error)(message);
  error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}
