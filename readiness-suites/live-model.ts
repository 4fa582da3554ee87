import { BudgetExceeded, DurableFlowError, ModelError } from '../sdk/errors/index.js';
import { routeModels, type ModelClient, type PriceTable } from '../sdk/models/index.js';
import type { ModelBehaviour } from './world/model-service.js';

/** What a suite's live model may cost. */
export interface LiveLimits {
  /** Dollars in all trials of the suite together. Default 5. */
  readonly usd?: number;
  /** Prices by model name, for models that are not among `listPrices`: without a price nothing could be held to a limit. */
  readonly prices?: PriceTable;
}

const defaultUsd = 5;

/** What the agent itself has asked wrongly; it gets to hear that, as it would from the provider. */
const agentsFaults: readonly string[] = ['context_length', 'invalid_request'];

/**
 * The live model of a suite, which answers in the place of a script. The worst case of every question is set aside before it
 * is asked, so that the limit holds whatever the agent does. Where it does not answer, nothing can be said of the agent.
 */
export class LiveModel {
  readonly #client: ModelClient;
  readonly #usd: number;
  #asked = 0;
  #spentUsd = 0;
  #failure: DurableFlowError | undefined;

  constructor(client: ModelClient, { usd = defaultUsd, prices = {} }: LiveLimits = {}) {
    this.#usd = usd;
    this.#client = routeModels({
      targets: [{ client, retry: { maxAttempts: 4, initialDelay: '1s', maxDelay: '20s' } }],
      // Of the whole suite: outside of the engine one router counts as one run.
      budget: { run: usd },
      prices,
      onAttempt: ({ chargedUsd = 0 }) => (this.#spentUsd += chargedUsd),
    });
  }

  /** What it says to the agent. Throws what the agent is to hear of. */
  readonly behaviour: ModelBehaviour = async (request) => {
    if (this.#failure) throw this.#failure;
    try {
      const { text, toolCalls, stopReason, usage } = await this.#client.complete(request);
      this.#asked++;
      return { text, toolCalls, stopReason, ...(usage && { usage }) };
    } catch (error) {
      if (!(error instanceof ModelError && agentsFaults.includes(error.kind))) this.#failure ??= this.#explained(error);
      throw error;
    }
  };

  /** Throws `DF_READINESS_LIVE` once the model has failed: what was seen since is no evidence. */
  assertAnswering(): void {
    if (this.#failure) throw this.#failure;
  }

  /** For the report. */
  get note(): string {
    return `the live model has been asked ${this.#asked} times so far, for $${this.#spentUsd.toFixed(4)} of $${this.#usd}`;
  }

  #explained(cause: unknown): DurableFlowError {
    const what = cause instanceof Error ? cause.message : String(cause);
    const why =
      cause instanceof BudgetExceeded
        ? `the suite's limit of $${this.#usd} for its live model is used up (liveLimits.usd)`
        : cause instanceof DurableFlowError && cause.code === 'DF_MODEL_PRICE_UNKNOWN'
          ? `nobody knows what the live model costs (liveLimits.prices): ${what}`
          : `the live model did not answer: ${what}`;
    return new DurableFlowError('DF_READINESS_LIVE', why, { cause });
  }
}
