import { ModelError } from '../errors/index.js';
import { costUsd } from './cost.js';
import type { ModelRequest, ModelResponse } from './model-client.js';
import { listPrices, type PriceTable } from './prices.js';
import { beginRecord, failureOf } from './recorded.js';

/** A call of a model that is no `ModelClient`. */
export interface ForeignCall<Answer> {
  readonly provider: string;
  readonly model: string;
  /** What is asked, in the words of the model's framework. */
  readonly prompt: unknown;
  readonly maxTokens: number | undefined;
  /** Of models that are not on the list, or cost something else. */
  readonly prices: PriceTable | undefined;
  /** Throws `ModelError` where it was the model that failed. */
  readonly ask: () => Promise<Answer>;
  /** What the record says of an answer. */
  readonly describe: (answer: Answer) => Omit<ModelResponse, 'costUsd' | 'provider'>;
}

/** Makes the call, and puts it on record as those of a `ModelClient` are; its cost by the prices that are given, or by the list. */
export async function foreignCall<Answer>(call: ForeignCall<Answer>): Promise<Answer> {
  const { provider, model, prompt, maxTokens, ask, describe } = call;
  const prices = { ...listPrices, ...call.prices };
  // The record keeps the text of the messages, whatever they are, and 0 where no bound was set.
  const end = beginRecord({ provider, model }, { messages: prompt, maxTokens: maxTokens ?? 0 } as ModelRequest);
  const startedAt = Date.now();
  const attempt = { target: model, provider, model, attempt: 1, startedAt, chargedUsd: undefined };
  try {
    const answer = await ask();
    const described = describe(answer);
    const response = { ...described, provider, costUsd: costUsd(described.usage, [described.model, model], prices) };
    const spent = { usage: response.usage, costUsd: response.costUsd, durationMs: Date.now() - startedAt };
    end?.({ ...attempt, model: response.model, outcome: 'answered', error: undefined, ...spent }, response);
    return answer;
  } catch (error) {
    const failure = error instanceof ModelError ? error : new ModelError('server', String(error), { provider, model, mayCost: true });
    end?.({ ...attempt, ...failureOf(failure), durationMs: Date.now() - startedAt }, undefined);
    throw error;
  }
}
