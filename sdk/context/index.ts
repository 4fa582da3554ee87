export type { ContextItem } from './context-item.js';
export type { Ranker } from './ranker.js';
export { select, type SelectOptions } from './select.js';
export { candidates, isSelection, type Rejection, type Selection } from './selection.js';
export { tfIdf } from './tf-idf.js';
export { estimateTokens, type TokenCounter } from './token-counter.js';
export { loadTokenizer } from './tokenizer.js';
