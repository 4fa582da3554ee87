import { isDeepStrictEqual } from 'node:util';

/** A live model words a text anew each time; what is shorter than this, such as an id, an address or a kind, it has to get right. */
const shortestProse = 48;

/** Whether two calls do the same to the world. What a live model has worded is not compared. */
export function sameArgs(one: unknown, other: unknown, live: boolean): boolean {
  return live ? isDeepStrictEqual(withoutProse(one), withoutProse(other)) : isDeepStrictEqual(one, other);
}

function withoutProse(value: unknown): unknown {
  if (typeof value === 'string') return value.length < shortestProse ? value : 'prose';
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withoutProse(inner)]));
}
