import { wordsOf } from './words-of.js';

/**
 * Whether the arguments may hold something that was read from tools: they do not consist of words of the task alone. It
 * asks what is known to be harmless, not what looks copied, so that data cannot pass encoded or in pieces.
 */
export function isTainted(input: unknown, task: string): boolean {
  const known = new Set(wordsOf(task));
  return leaves(input).some((leaf) => wordsOf(leaf).some((word) => !known.has(word)));
}

/** All texts and numbers of a value. The keys are the schema's. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
