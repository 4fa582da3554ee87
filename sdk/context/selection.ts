import type { ContextItem } from './context-item.js';

/** An item that was left out, and why. */
export interface Rejection {
  readonly id: string;
  readonly reason: 'over_budget';
  readonly tokens: number;
  readonly score: number;
}

/** Material for a model: what is in, what was left out, and how many tokens the selected items have. */
export interface Selection {
  readonly kind: 'durableflow.selection';
  readonly selected: readonly ContextItem[];
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
