import { LRUCache } from 'lru-cache';
import { addSizes, noText, perMessage, type TextSize, type TokenMeasure } from '../../context/token-measure.js';
import { estimateTokens } from '../../context/token-counter.js';
import type { ChatRequest } from '../chat.js';
import { isObject, jsonOf, messagesOf, partsOf } from './request-text.js';

/** Tokens around tools that no tokenizer sees. */
const forTools = 600;
/** Of one picture. Providers count from 85 to a few thousand, by its size, which is not known here. */
const perImage = 4000;
/** A longer text is not counted, which would keep everybody waiting: a token is a byte at the least. */
const longestCounted = 1 << 20;
const rememberedBytes = 2 << 20;

/**
 * Counts the tokens of prompts with the tokenizer that reservations are made by, so that a plan promises what a reservation
 * will hold. Texts that come again, as those of a conversation do, are counted once.
 */
export class PromptCount {
  readonly #measure: TokenMeasure;
  readonly #known: LRUCache<string, TextSize>;

  constructor(measure: TokenMeasure) {
    this.#measure = measure;
    this.#known = new LRUCache({ maxSize: rememberedBytes, sizeCalculation: ({ bytes }) => bytes + 100 });
  }

  /** The size of all that a request sends. */
  size(request: ChatRequest): TextSize {
    let sum = noText;
    for (const { content, rest } of messagesOf(request)) {
      sum = addSizes(sum, fixed(perMessage));
      for (const part of partsOf(content)) sum = addSizes(sum, this.#part(part));
      if (Object.keys(rest).length > 0) sum = addSizes(sum, this.#text(jsonOf(rest)));
    }
    if (!isObject(request)) return sum;
    const { tools, functions, response_format } = request;
    const beside = [tools, functions, response_format].filter((it) => it !== undefined && it !== null);
    for (const it of beside) sum = addSizes(sum, this.#text(jsonOf(it)));
    return tools || functions ? addSizes(sum, fixed(forTools)) : sum;
  }

  /** How many tokens a size is at the most for a model; for any model if none is named. */
  tokens(size: TextSize, model: string | undefined): number {
    return this.#measure.tokens(size, model);
  }

  #part(part: Readonly<Record<string, unknown>>): TextSize {
    if (part.type === 'image_url') return fixed(perImage);
    if (typeof part.text === 'string') return this.#text(part.text);
    // Sound and files are far fewer tokens than their base64 has bytes.
    return fixed(estimateTokens(jsonOf(part)));
  }

  #text(text: string): TextSize {
    if (text === '') return noText;
    const known = this.#known.get(text);
    if (known) return known;
    const size = text.length > longestCounted ? fixed(Buffer.byteLength(text)) : this.#measure.size(text);
    this.#known.set(text, size);
    return size;
  }
}

const fixed = (tokens: number): TextSize => ({ tokens, bytes: tokens });
