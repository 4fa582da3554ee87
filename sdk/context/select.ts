import { DurableFlowError } from '../errors/index.js';
import type { ContextItem } from './context-item.js';
import { packItems, type Candidate } from './pack-items.js';
import type { Ranker } from './ranker.js';
import type { Selection } from './selection.js';
import { tfIdf } from './tf-idf.js';
import type { TokenCounter } from './token-counter.js';
import { tokenMeasure, type TokenMeasure } from './token-measure.js';

/** How candidates are ranked, counted and packed. */
export interface PackingOptions {
  /** Scores the candidates; TF-IDF if absent. */
  readonly ranker?: Ranker | undefined;
  /** Counts the tokens of a text; `loadTokenizer()` if absent. */
  readonly countTokens?: TokenCounter | undefined;
  /**
   * The model that is asked. Without `countTokens` the tokens of OpenAI's models are counted exactly; for any other
   * model, and if none is named, the count is raised by 60 %, because other vendors' tokenizers find more.
   */
  readonly model?: string | undefined;
  /** Items with a lower score are rejected as `not_relevant`, even if there is room. Without it there is no such bound. */
  readonly minScore?: number | undefined;
  /**
   * The part of the room, above 0 and up to 1, that one item may take as long as others match. A longer item gets what
   * those leave. Default 0.75.
   */
  readonly itemShare?: number | undefined;
  /** What an item looks like in the prompt, so that all of it is counted. Its text and a line break if absent. */
  readonly render?: ((item: ContextItem) => string) | undefined;
}

/** What to select by; tokens are a hard ceiling for all selected items together. */
export interface SelectOptions extends PackingOptions {
  readonly query: string;
  readonly maxTokens: number;
}

/**
 * Packs items under the ceiling: the pinned ones first, then the best-ranked that still fit, last those that do not
 * match at all. The selected items keep the order in which they were offered.
 *
 * Throws `DF_CONTEXT_OVER_BUDGET` if the pinned items alone are too many, and `DF_INVALID_INPUT` for two texts under one
 * id, or if the ranker or the counter answers with something else than numbers.
 *
 * @example
 * ```ts
 * import { select } from 'durableflow';
 * const notes = [
 *   { id: 'hours', text: 'We open at nine.' },
 *   { id: 'returns', text: 'Returns are free within 30 days.' },
 * ];
 * const { selected, rejected } = await select(notes, { query: 'returns', maxTokens: 12, model: 'gpt-5-mini' });
 * console.log(selected.map(({ id }) => id)); // [ 'returns' ]
 * console.log(rejected.map(({ id, reason }) => `${id}: ${reason}`)); // [ 'hours: over_budget' ]
 * ```
 */
export async function select(items: readonly ContextItem[], options: SelectOptions): Promise<Selection> {
  const measure = await tokenMeasure(options.countTokens);
  const [selection] = await selectTogether([items], measure, options);
  return selection!;
}

/** Packs several lists under one ceiling, as one ranking. */
export async function selectTogether(
  lists: readonly (readonly ContextItem[])[],
  measure: TokenMeasure,
  { query, maxTokens, ranker = tfIdf, model, minScore = -Infinity, itemShare = 0.75, render }: SelectOptions,
): Promise<Selection[]> {
  lists.forEach(checkItems);
  const items = lists.flat();
  const scores = await ranker(query, items);
  checkScores(scores, items.length);
  const listOf = lists.flatMap((list, index) => list.map(() => index));
  const scored: Candidate[] = items.map((item, index) => ({
    item,
    list: listOf[index]!,
    index,
    score: scores[index]!,
    tokens: measure.tokens(measure.size(render ? render(item) : `${item.text}\n`), model),
    rank: 0,
  }));
  const ranked = scored.sort((a, b) => b.score - a.score || a.index - b.index).map((it, index) => ({ ...it, rank: index + 1 }));
  const verdicts = packItems(ranked, { maxTokens, minScore, itemShare });
  return lists.map((_, list) => {
    const own = verdicts.filter((it) => it.candidate.list === list);
    const kept = own.filter(({ rejection }) => !rejection).map(({ candidate }) => candidate);
    return {
      kind: 'durableflow.selection',
      selected: kept.sort((a, b) => a.index - b.index).map(({ item, tokens, score, rank }) => ({ ...item, tokens, score, rank })),
      rejected: own.flatMap(({ rejection }) => rejection ?? []),
      tokens: kept.reduce((sum, { tokens }) => sum + tokens, 0),
    };
  });
}

/** One id names one text, or nobody could tell afterwards which of two was in. */
function checkItems(items: readonly ContextItem[]): void {
  const texts = new Map<string, string>();
  for (const { id, text } of items) {
    if (typeof id !== 'string' || typeof text !== 'string')
      throw new DurableFlowError(
        'DF_INVALID_INPUT',
        `a context item needs an id and a text, which are strings; one of those offered lacks one`,
      );
    const known = texts.get(id);
    if (known !== undefined && known !== text)
      throw new DurableFlowError('DF_INVALID_INPUT', `two context items with different texts have the id "${id}"; give each its own`);
    texts.set(id, text);
  }
}

function checkScores(scores: readonly number[], wanted: number): void {
  if (scores.length !== wanted)
    throw new DurableFlowError('DF_INVALID_INPUT', `the ranker gave ${scores.length} scores for ${wanted} items`);
  const wrong = scores.find((score) => !Number.isFinite(score));
  if (wrong !== undefined) throw new DurableFlowError('DF_INVALID_INPUT', `the ranker gave the score ${wrong}, which is no finite number`);
}
