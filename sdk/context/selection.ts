import type { ContextItem } from './context-item.js';

/** An item that is in, and on what grounds. Before a budget was applied there are none. */
export interface SelectedItem extends ContextItem {
  /** As the budget counts them. */
  readonly tokens?: number;
  /** What the ranker gave it. */
  readonly score?: number;
  /** Its place among all candidates of the call, from 1. */
  readonly rank?: number;
}

/**
 * Why an item was left out:
 *
 * - `over_budget`: what ranks higher left too little room for it;
 * - `too_long`: it would take more than one item may, and the others left too little room for it;
 * - `not_relevant`: its score is below `minScore`;
 * - `duplicate`: an item that is in has the same text.
 */
export type RejectionReason = 'over_budget' | 'too_long' | 'not_relevant' | 'duplicate';

/** An item that was left out, and why. */
export interface Rejection {
  readonly id: string;
  readonly reason: RejectionReason;
  readonly tokens: number;
  readonly score: number;
  /** Its place among all candidates of the call, from 1. */
  readonly rank: number;
  /** Of a `duplicate`: the item that is in instead. */
  readonly duplicateOf?: string;
}

/** Material for a model: what is in, what was left out, and how many tokens the selected items have. */
export interface Selection {
  readonly kind: 'durableflow.selection';
  /** In the order in which they were offered. */
  readonly selected: readonly SelectedItem[];
  /** The best-ranked first. */
  readonly rejected: readonly Rejection[];
  /** Tokens of all selected items; undefined before a budget was applied. */
  readonly tokens: number | undefined;
}

/**
 * Offers items for selection. Handed to a method with `@contextBudget`, the items that fit its budget arrive there;
 * outside the engine all of them do.
 *
 * @example
 * ```ts
 * import { candidates } from 'durableflow';
 * const offer = candidates([{ id: 'm-1', text: 'The bike is ready.' }]);
 * console.log(offer.selected.length); // 1
 * ```
 */
export function candidates(items: readonly ContextItem[]): Selection {
  return { kind: 'durableflow.selection', selected: items, rejected: [], tokens: undefined };
}

export function isSelection(value: unknown): value is Selection {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'durableflow.selection';
}
