import { DurableFlowError } from '../errors/index.js';
import type { ContextItem } from './context-item.js';
import type { Ranker } from './ranker.js';
import { type Rejection, type Selection } from './selection.js';
import { tfIdf } from './tf-idf.js';
import { estimateTokens, type TokenCounter } from './token-counter.js';

/** What to select by; tokens are a hard ceiling for all selected items together. */
export interface SelectOptions {
  readonly query: string;
  readonly maxTokens: number;
  readonly ranker?: Ranker | undefined;
  readonly countTokens?: TokenCounter | undefined;
}

/**
 * Packs items under the ceiling: the pinned ones first, then the best-ranked that still fit. The selected items keep
 * the order in which they were offered. Throws `DF_CONTEXT_OVER_BUDGET` if the pinned items alone are too many.
 */
export async function select(items: readonly ContextItem[], options: SelectOptions): Promise<Selection> {
  const { query, maxTokens, ranker = tfIdf, countTokens = estimateTokens } = options;
  const scores = await ranker(query, items);
  const entries = items.map((item, index) => ({ item, index, score: scores[index] ?? 0, tokens: countTokens(item.text) }));
  const pinned = entries.filter(({ item }) => item.pinned);
  let used = pinned.reduce((sum, entry) => sum + entry.tokens, 0);
  if (used > maxTokens) {
    throw new DurableFlowError(
      'DF_CONTEXT_OVER_BUDGET',
      `the ${pinned.length} pinned items have ${used} tokens, the budget is ${maxTokens}`,
      {
        details: { tokens: used, maxTokens },
      },
    );
  }
  const chosen = new Set(pinned);
  const rejected: Rejection[] = [];
  const ranked = entries.filter(({ item }) => !item.pinned).sort((a, b) => b.score - a.score || a.index - b.index);
  for (const entry of ranked) {
    if (used + entry.tokens > maxTokens)
      rejected.push({ id: entry.item.id, reason: 'over_budget', tokens: entry.tokens, score: entry.score });
    else {
      chosen.add(entry);
      used += entry.tokens;
    }
  }
  const selected = entries.filter((entry) => chosen.has(entry)).map(({ item }) => item);
  return { kind: 'durableflow.selection', selected, rejected, tokens: used };
}
