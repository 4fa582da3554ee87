import { DurableFlowError } from '../errors/index.js';
import type { TextSize, TokenMeasure } from './token-measure.js';

/** What a step's selection has left of its budget, for messages that say what to do. */
export interface CeilingFacts {
  readonly method: string;
  readonly maxTokens: number;
  /** Kept free for what the prompt has beside the items. */
  readonly reserve: number;
  /** Tokens of the selected items. */
  readonly itemTokens: number;
}

/** The ceiling of every prompt that is sent from one call of a method with `@contextBudget`. */
export class PromptCeiling {
  readonly measure: TokenMeasure;
  readonly #facts: CeilingFacts;

  constructor(measure: TokenMeasure, facts: CeilingFacts) {
    this.measure = measure;
    this.#facts = facts;
  }

  get maxTokens(): number {
    return this.#facts.maxTokens;
  }

  /** Returns how many tokens the prompt has for a model. Throws `DF_CONTEXT_OVER_BUDGET` if those are too many. */
  check(prompt: TextSize, model: string | undefined): number {
    const tokens = this.measure.tokens(prompt, model);
    const { method, maxTokens, reserve, itemTokens } = this.#facts;
    if (tokens <= maxTokens) return tokens;
    throw new DurableFlowError(
      'DF_CONTEXT_OVER_BUDGET',
      `the prompt ${model === undefined ? '' : `for ${model} `}has ${tokens} tokens, the ceiling of ${method} is ${maxTokens}; ` +
        `the selected items have ${itemTokens} of them, and ${reserve} were kept free for the rest`,
      { details: { method, model, tokens, maxTokens, reserve, itemTokens } },
    );
  }
}
