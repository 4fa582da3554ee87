import type { ContextItem } from '../context-item.js';
import { select, type PackingOptions } from '../select.js';
import { ndcgAt, recallAt, shareOf, type Grades } from './ranking-metrics.js';

/** A query over some items, with the answer that people gave. */
export interface SelectionCase {
  readonly query: string;
  readonly items: readonly ContextItem[];
  readonly grades: Grades;
  /** Items without which the answer would be wrong. */
  readonly mustInclude?: readonly string[];
}

/** How good a way of selecting is; means over all cases, from 0 to 1. */
export interface SelectionScores {
  readonly ndcgAt5: number;
  readonly recallAt10: number;
  readonly mustIncludeAt10: number;
  /** The part of the must-include items that is in the selection: ranked well, and not too long. */
  readonly mustIncludeSelected: number;
  /** The part of the ceiling that was used. */
  readonly budgetUse: number;
  /** The part of what matters that was rejected. */
  readonly falseRejections: number;
  /** How long one selection takes, in milliseconds: the median. */
  readonly latencyMs: number;
}

/** How to select, and under which ceiling. */
export interface EvaluationOptions extends PackingOptions {
  readonly maxTokens: number;
}

/**
 * Measures a way of selecting on cases with known answers, one after another.
 *
 * @example
 * ```ts
 * import { bm25, evaluateSelection } from 'durableflow';
 * const items = [{ id: 'hours', text: 'We open at nine.' }, { id: 'returns', text: 'Returns are free.' }];
 * const cases = [{ query: 'free returns', items, grades: { returns: 3 }, mustInclude: ['returns'] }];
 * const scores = await evaluateSelection(cases, { ranker: bm25, maxTokens: 100 });
 * console.log(scores.ndcgAt5, scores.mustIncludeSelected); // 1 1
 * ```
 */
export async function evaluateSelection(cases: readonly SelectionCase[], options: EvaluationOptions): Promise<SelectionScores> {
  const results: SelectionScores[] = [];
  for (const each of cases) results.push(await evaluateCase(each, options));
  const mean = (of: (scores: SelectionScores) => number) => results.reduce((sum, it) => sum + of(it), 0) / (results.length || 1);
  return {
    ndcgAt5: mean((it) => it.ndcgAt5),
    recallAt10: mean((it) => it.recallAt10),
    mustIncludeAt10: mean((it) => it.mustIncludeAt10),
    mustIncludeSelected: mean((it) => it.mustIncludeSelected),
    budgetUse: mean((it) => it.budgetUse),
    falseRejections: mean((it) => it.falseRejections),
    latencyMs: median(results.map((it) => it.latencyMs)),
  };
}

async function evaluateCase(
  { query, items, grades, mustInclude = [] }: SelectionCase,
  options: EvaluationOptions,
): Promise<SelectionScores> {
  const start = performance.now();
  const { selected, rejected, tokens } = await select(items, { ...options, query });
  const latencyMs = performance.now() - start;
  const ranking = [...selected, ...rejected].toSorted((a, b) => a.rank! - b.rank!).map(({ id }) => id);
  const chosen = selected.map(({ id }) => id);
  return {
    ndcgAt5: ndcgAt(ranking, grades, 5),
    recallAt10: recallAt(ranking, grades, 10),
    mustIncludeAt10: shareOf(mustInclude, ranking.slice(0, 10)),
    mustIncludeSelected: shareOf(mustInclude, chosen),
    budgetUse: tokens! / options.maxTokens,
    falseRejections: 1 - recallAt(chosen, grades, chosen.length),
    latencyMs,
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
