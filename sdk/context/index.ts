export type { ContextItem } from './context-item.js';
export { PromptCeiling } from './prompt-ceiling.js';
export type { Ranker } from './ranker.js';
export { select, selectTogether, type PackingOptions, type SelectOptions } from './select.js';
export { candidates, isSelection, type Rejection, type RejectionReason, type SelectedItem, type Selection } from './selection.js';
export { tfIdf } from './tf-idf.js';
export { estimateTokens, type TokenCounter } from './token-counter.js';
export { addSizes, noText, tokenMeasure, type TextSize, type TokenMeasure } from './token-measure.js';
export { loadTokenizer } from './tokenizer.js';
