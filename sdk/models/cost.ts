import type { ModelUsage } from './model-client.js';
import { priceOf, type ModelPrice, type PriceTable, type TokenPrice } from './prices.js';

/** Money is counted in whole micro-dollars, always rounded up. A dollar per million tokens is a micro-dollar per token. */
const roundUp = (micros: number): number => Math.max(0, Math.ceil(micros - 1e-6));

export const toMicros = (usd: number): number => roundUp(usd * 1e6);
export const toUsd = (micros: number): number => micros / 1e6;

const priceFor = (price: ModelPrice, promptTokens: number): TokenPrice =>
  price.longPrompt && promptTokens > price.longPrompt.above ? price.longPrompt : price;

/** What was spent, in micro-dollars. */
export function costMicros(usage: ModelUsage, price: ModelPrice): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const { input, output, cacheRead = input, cacheWrite = input } = priceFor(price, inputTokens + cacheReadTokens + cacheWriteTokens);
  return roundUp(inputTokens * input + cacheReadTokens * cacheRead + cacheWriteTokens * cacheWrite + outputTokens * output);
}

/** The most that a prompt of so many tokens and an answer of so many can cost, in micro-dollars. */
export function worstCaseMicros(inputTokens: number, outputTokens: number, price: ModelPrice): number {
  const most = ({ input, output, cacheRead = input, cacheWrite = input }: TokenPrice) =>
    inputTokens * Math.max(input, cacheRead, cacheWrite) + outputTokens * output;
  return roundUp(most(priceFor(price, inputTokens)));
}

/** What was spent, in US dollars; undefined if the usage or the price of the model is not known. */
export function costUsd(usage: ModelUsage | undefined, models: readonly string[], prices: PriceTable): number | undefined {
  const price = models.map((model) => priceOf(model, prices)).find((it) => it !== undefined);
  return usage && price ? toUsd(costMicros(usage, price)) : undefined;
}
