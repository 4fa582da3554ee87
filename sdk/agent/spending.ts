import { estimateTokens } from '../context/index.js';
import { DurableFlowError } from '../errors/index.js';
import type { ModelResponse, ModelUsage } from '../models/index.js';

/** What the loop has used so far: all tokens, read and written, and money, as far as it is known. */
export class Spending {
  tokens = 0;
  costUsd = 0;
  readonly #maxTokens: number;
  readonly #maxCostUsd: number;

  constructor(maxTokens: number, maxCostUsd: number) {
    this.#maxTokens = maxTokens;
    this.#maxCostUsd = maxCostUsd;
  }

  /** The ceiling that stands in the way of a question of so many tokens at the least. */
  ceiling(leastTokens: number): 'tokens' | 'cost' | undefined {
    if (this.tokens + leastTokens > this.#maxTokens) return 'tokens';
    return this.costUsd >= this.#maxCostUsd ? 'cost' : undefined;
  }

  /** Counts an answer, with the failed attempts before it. Throws `DF_MODEL_PRICE_UNKNOWN` if money is limited and this has no price. */
  add(response: ModelResponse, leastTokens: number): void {
    const { attempts = [], usage, costUsd, text, model } = response;
    const failed = attempts.slice(0, -1);
    this.tokens += usage ? total(usage) : leastTokens + estimateTokens(text);
    for (const attempt of failed) this.tokens += attempt.usage ? total(attempt.usage) : 0;
    if (costUsd === undefined && this.#maxCostUsd !== Infinity)
      throw new DurableFlowError(
        'DF_MODEL_PRICE_UNKNOWN',
        `maxCostUsd cannot be kept, because the price of model "${model}" is not known`,
        {
          details: { model },
        },
      );
    this.costUsd += costUsd ?? 0;
    for (const attempt of failed) this.costUsd += attempt.chargedUsd ?? attempt.costUsd ?? 0;
  }
}

const total = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: ModelUsage) =>
  inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
