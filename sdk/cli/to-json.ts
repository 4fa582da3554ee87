import { describeError } from './describe-error.js';

/**
 * A value as JSON can hold it. Dates become ISO strings, BigInts decimal strings, Maps arrays of pairs, Sets and typed
 * arrays arrays, errors `{ name, code, message, fix }` with their fields, `undefined` becomes `null`, a number that JSON
 * lacks its name, a reference to an enclosing value `"[Circular]"`.
 */
export function toJson(value: unknown, enclosing: readonly unknown[] = []): unknown {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'symbol':
    case 'function':
      return String(value);
    case 'object':
      return value === null ? null : objectToJson(value, enclosing);
    default:
      return value;
  }
}

function objectToJson(value: object, enclosing: readonly unknown[]): unknown {
  if (enclosing.includes(value)) return '[Circular]';
  const inside = [...enclosing, value];
  const each = (it: unknown) => toJson(it, inside);
  const fields = (it: object) => Object.entries(it).map(([key, field]) => [key, each(field)] as const);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) {
    const { code, what, fix } = describeError(value);
    const cause = value.cause === undefined ? [] : [['cause', each(value.cause)] as const];
    return Object.fromEntries([...fields(value), ['name', value.name], ['code', code], ['message', what], ['fix', fix ?? null], ...cause]);
  }
  if (Array.isArray(value)) return Array.from(value, each);
  if (value instanceof Map || value instanceof Set) return Array.from(value, each);
  if (value instanceof ArrayBuffer) return Array.from(new Uint8Array(value));
  if (value instanceof DataView) return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, each);
  const prototype: unknown = Object.getPrototypeOf(value);
  // What is left of the codec's types, such as a RegExp or a URL, has a text of its own.
  if (prototype !== null && prototype !== Object.prototype) return (value as URL).toString();
  return Object.fromEntries(fields(value));
}

/** JSON text that no terminal takes for commands: what JSON itself leaves unescaped is escaped as well. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(toJson(value), undefined, indent).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
