import type { Ranker } from './ranker.js';

/**
 * Ranks as offered, the first item highest: for items that come ranked already, from an index or by date, the newest
 * first. The query plays no part.
 *
 * @example
 * ```ts
 * import { inOrder } from 'durableflow';
 * console.log(await inOrder('', [{ id: 'newest', text: 'b' }, { id: 'older', text: 'a' }])); // [ 2, 1 ]
 * ```
 */
export const inOrder: Ranker = (_query, items) => items.map((_, index) => items.length - index);
