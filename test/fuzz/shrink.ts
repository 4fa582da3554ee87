import type { Reader } from './fuzz-target.js';
import { markOf, verdict, type Finding } from './verdict.js';

const mostAttempts = 600;

/** A shorter input with the same finding: pieces are left out, large ones first, as long as it stays the same. */
export async function shrink(read: Reader, found: Finding): Promise<Finding> {
  const mark = markOf(found);
  let best = found;
  let attempts = 0;
  for (let size = Math.ceil(best.input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.input.length && attempts < mostAttempts; attempts++) {
      const shorter = await verdict(read, best.input.slice(0, at) + best.input.slice(at + size));
      if (shorter && markOf(shorter) === mark) best = shorter;
      else at += size;
    }
  }
  return best;
}
