import type { WireReply } from '../world/fault.js';

/** What malformed data is recognised by, wherever it turns up: a word that is nobody else's. */
export const markerOf = (seed: number): string => `vexum${String(1000 + (Math.abs(seed) % 9000))}`;

/** A value with every `{{marker}}` in it replaced. */
export function withMarker(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{{marker}}', marker);
  return mapValues(value, (it) => withMarker(it, marker));
}

/** The same shape, with every value in it of another type. */
export function wrongLeaves(value: unknown, marker: string): unknown {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return marker;
  if (typeof value !== 'object' || value === null || isLeaf(value)) return [marker];
  return mapValues(value, (it) => wrongLeaves(it, marker));
}

/** A list in place of anything else, an object in place of a list. */
export function otherTop(value: unknown, marker: string): unknown {
  return Array.isArray(value) ? { [marker]: value.length, items: marker } : [marker];
}

/** The same, with its longest text grown by `more`; that alone if there is no text. */
export function grown(value: unknown, more: string): unknown {
  const longest = textsIn(value).reduce<string | undefined>(
    (most, it) => (most === undefined || it.length > most.length ? it : most),
    undefined,
  );
  if (longest === undefined) return more;
  let done = false;
  const grow = (it: unknown): unknown => {
    if (done || it !== longest) return done ? it : mapValues(it, grow);
    done = true;
    return `${longest} ${more}`;
  };
  return grow(value);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null && !isLeaf(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** An answer of an endpoint that goes wrong on the wire. */
export function spoil(reply: WireReply, how: 'cut' | 'content_length'): WireReply {
  const { 'content-encoding': _, 'transfer-encoding': _chunked, ...headers } = reply.headers;
  const { length } = reply.body;
  const half = Math.floor(length / 2);
  if (how === 'cut') return { ...reply, headers: { ...headers, 'content-length': String(length) }, cutAfter: half };
  return { ...reply, headers: { ...headers, 'content-length': String(half) } };
}

/** An object of a class, such as a date, is one value. */
const isLeaf = (value: object): boolean => !Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype;

function mapValues(value: unknown, map: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null || isLeaf(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
}
