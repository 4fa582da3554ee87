import type { ContextItem } from './context-item.js';

/** Scores every item against the query, in the order given; a higher score is a better match, 0 is none. */
export type Ranker = (query: string, items: readonly ContextItem[]) => Promise<number[]> | number[];
