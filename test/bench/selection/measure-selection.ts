import { bm25, ContextIndex, evaluateSelection, inOrder, tfIdf, type ContextItem, type Ranker, type SelectionScores } from 'durableflow';
import { corpora, selectionCases, type KindOfCase } from './selection-cases.js';

/** Tokens for the items of one selection; all of a corpus has three to five times as many. */
export const maxTokens = 600;

/** A way of selecting that is compared with the others. */
export interface Arm {
  readonly name: string;
  readonly ranker: Ranker;
  readonly minScore?: number;
}

/** All that was measured. */
export interface SelectionReport {
  readonly arms: readonly Arm[];
  readonly overall: readonly SelectionScores[];
  readonly kinds: readonly { readonly kind: string; readonly cases: number; readonly ndcgAt5: readonly number[] }[];
  /** Queries for which a ranker of words misses what must be among the first ten; what is missing, by arm. */
  readonly losses: readonly { readonly kind: string; readonly query: string; readonly missing: readonly (readonly string[])[] }[];
}

/** Compares the rankers that the package has, and recency, on the frozen cases. */
export async function measureSelection(): Promise<SelectionReport> {
  /** By the first item of the corpus. */
  const indexes = new Map<ContextItem, ContextIndex>();
  for (const items of corpora.values()) {
    const index = new ContextIndex();
    await index.put(items);
    indexes.set(items[0]!, index);
  }
  /** What `search` finds, in its order; the rest has a score of 0. */
  const indexed: Ranker = async (query, items) => {
    const found = (await indexes.get(items[0]!)!.search(query, { limit: items.length })).map(({ id }) => id);
    return items.map(({ id }) => (found.includes(id) ? found.length - found.indexOf(id) : 0));
  };
  const arms: Arm[] = [
    { name: 'tfIdf', ranker: tfIdf },
    { name: 'bm25', ranker: bm25 },
    { name: 'ContextIndex', ranker: indexed },
    { name: 'tfIdf, minScore above 0', ranker: tfIdf, minScore: Number.MIN_VALUE },
    { name: 'newest first', ranker: inOrder },
  ];
  try {
    return await compare(arms);
  } finally {
    for (const index of indexes.values()) await index.close();
  }
}

async function compare(arms: readonly Arm[]): Promise<SelectionReport> {
  const measure = (cases: readonly KindOfCase[]) =>
    inTurn(arms, ({ ranker, minScore }) => evaluateSelection(cases, { ranker, minScore, maxTokens, model: 'gpt-5-mini' }));
  await measure(selectionCases.slice(0, 1));
  const overall = await measure(selectionCases);
  const kinds = await inTurn([...new Set(selectionCases.map(({ kind }) => kind))], async (kind) => {
    const cases = selectionCases.filter((it) => it.kind === kind);
    return { kind, cases: cases.length, ndcgAt5: (await measure(cases)).map((scores) => scores.ndcgAt5) };
  });
  const losses = await inTurn(selectionCases, async ({ kind, query, items, mustInclude }) => ({
    kind,
    query,
    missing: await inTurn(arms, async ({ ranker }) => {
      const scores = await ranker(query, items);
      const first = items.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 10); // prettier-ignore
      return mustInclude.filter((id) => !first.some((index) => items[index]!.id === id));
    }),
  }));
  return { arms, overall, kinds, losses: losses.filter(({ missing }) => missing.slice(0, 3).some((ids) => ids.length > 0)) };
}

async function inTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
