import { randomUUID } from 'node:crypto';

/**
 * A new id of a run, a UUID of version 7 (RFC 9562): it begins with the time, so that the newest ids lie together in the index of the file instead of
 * all over it.
 *
 * @param at milliseconds since 1970
 */
export function newRunId(at: number): string {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}
