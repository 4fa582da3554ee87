import type { Ranker } from './ranker.js';
import { queryTerms } from './query-terms.js';
import { terms } from './terms.js';

/** How fast more of the same word stops counting, and how much length counts; the customary values. */
const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * Ranks by Okapi BM25: words that few items have count most, repetition counts less and less, and length is weighed
 * against the average of the items.
 *
 * @example
 * ```ts
 * import { bm25 } from 'durableflow';
 * const items = ['The bike is ready.', 'The bell is on the bike.', 'The shop is closed.'].map((text, i) => ({ id: `${i}`, text }));
 * const scores = await bm25('bell for a bike', items);
 * console.log(scores.indexOf(Math.max(...scores))); // 1
 * ```
 */
export const bm25: Ranker = (query, items) => {
  const documents = items.map(({ text }) => countsOf(terms(text)));
  const average = documents.reduce((sum, { length }) => sum + length, 0) / documents.length || 1;
  const scores = documents.map(() => 0);
  for (const term of queryTerms(query)) {
    const having = documents.filter(({ counts }) => counts.has(term)).length;
    const weight = Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
    documents.forEach(({ counts, length }, index) => {
      const count = counts.get(term) ?? 0;
      const damping = saturation * (1 - lengthWeight + (lengthWeight * length) / average);
      scores[index]! += (weight * count * (saturation + 1)) / (count + damping);
    });
  }
  return scores;
};

function countsOf(found: readonly string[]): { readonly counts: ReadonlyMap<string, number>; readonly length: number } {
  const counts = new Map<string, number>();
  for (const term of found) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { counts, length: found.length };
}
