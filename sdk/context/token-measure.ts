import { DurableFlowError } from '../errors/index.js';
import type { TokenCounter } from './token-counter.js';
import { loadTokenizer } from './tokenizer.js';

/** How large a text is. */
export interface TextSize {
  /** As the counter finds them. */
  readonly tokens: number;
  /** Of UTF-8. A token is a byte at the least, whoever counts. */
  readonly bytes: number;
}

/** Measures texts, and says how many tokens a size is at the most for a model. */
export interface TokenMeasure {
  size(text: string): TextSize;
  /** For any model if none is named. */
  tokens(size: TextSize, model: string | undefined): number;
}

/** By how much other vendors' tokenizers may find more tokens than the one that is used here. */
const foreignTokenizer = 1.6;

/** Models that are counted exactly. */
const nativeModel = /^(?:gpt|o\d|scripted)/;

/**
 * Measures with the author's counter, which is taken at its word, or with the real tokenizer, whose count is raised for
 * models of other vendors.
 */
export async function tokenMeasure(countTokens: TokenCounter | undefined): Promise<TokenMeasure> {
  const count = countTokens ?? (await loadTokenizer());
  return {
    size: (text) => ({ tokens: checked(count(text)), bytes: Buffer.byteLength(text) }),
    tokens: ({ tokens, bytes }, model) =>
      countTokens || (model !== undefined && nativeModel.test(model)) ? tokens : Math.min(bytes, Math.ceil(tokens * foreignTokenizer)),
  };
}

/** Tokens around the text of a message that no tokenizer sees. */
export const perMessage = 8;

export const noText: TextSize = { tokens: 0, bytes: 0 };

export function addSizes(a: TextSize, b: TextSize): TextSize {
  return { tokens: a.tokens + b.tokens, bytes: a.bytes + b.bytes };
}

/** A counter that answers with something else would let everything through. */
function checked(tokens: number): number {
  if (Number.isFinite(tokens) && tokens >= 0) return tokens;
  throw new DurableFlowError('DF_INVALID_INPUT', `countTokens must return a number from 0, not ${String(tokens)}`);
}
