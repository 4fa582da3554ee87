import { createHash } from 'node:crypto';
import { requireTokenizer } from '../../sdk/context/tokenizer.js';
import type { TokenCounter } from '../../sdk/context/index.js';

/** How many tokens a text has, by the digest of the text. */
export type TokenCount = readonly [digest: string, tokens: number];

/** Longer texts are not worth a digest. */
const longestText = 200_000;

/**
 * Counts of texts that other processes of the suite have counted before: the same numbers, without the tokenizer, which takes
 * longer to load than most trials take. It is loaded for the first text that nobody knows.
 */
export class KnownCounts {
  readonly #known: Map<string, number>;
  #tokenizer: TokenCounter | undefined;
  #learned: TokenCount[] = [];

  constructor(known: readonly TokenCount[]) {
    this.#known = new Map(known);
  }

  readonly count: TokenCounter = (text) => {
    if (text.length > longestText) return this.#counted(text);
    const digest = createHash('sha1').update(text).digest('base64');
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const tokens = this.#counted(text);
    this.#known.set(digest, tokens);
    this.#learned.push([digest, tokens]);
    return tokens;
  };

  /** What has been counted since the last time that somebody asked. */
  takeLearned(): readonly TokenCount[] {
    return this.#learned.splice(0);
  }

  #counted(text: string): number {
    return (this.#tokenizer ??= requireTokenizer())(text);
  }
}
