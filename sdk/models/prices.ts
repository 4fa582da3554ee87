/** US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  /** Of input tokens that come from the prompt cache; the price of `input` if absent. */
  readonly cacheRead?: number;
  /** Of input tokens that are put into the prompt cache for five minutes; the price of `input` if absent. */
  readonly cacheWrite?: number;
}

/** What a model costs. */
export interface ModelPrice extends TokenPrice {
  /** Prompts of more than `above` tokens (cached ones included) are billed at this price, answer and all. */
  readonly longPrompt?: TokenPrice & { readonly above: number };
  /** The day on which the price was looked up. */
  readonly asOf?: string;
}

/** Prices by model name. */
export type PriceTable = Readonly<Record<string, ModelPrice>>;

/** Anthropic's list prices: platform.claude.com/docs/en/about-claude/pricing. */
function claude(input: number, output: number, cacheRead: number, longPrompt?: ModelPrice['longPrompt']): ModelPrice {
  return { input, output, cacheRead, cacheWrite: input * 1.25, ...(longPrompt && { longPrompt }), asOf: '2026-11-23' };
}

/** OpenAI's list prices, standard processing: developers.openai.com/api/docs/pricing. Writing to the cache costs nothing extra. */
function openAi(input: number, cacheRead: number, output: number, longPrompt?: ModelPrice['longPrompt']): ModelPrice {
  return { input, output, cacheRead, ...(longPrompt && { longPrompt }), asOf: '2026-06-30' };
}

/**
 * List prices of common models, without discounts, surcharges or taxes. Prices change: look at `asOf`, and give your own
 * where you have a contract (`prices` of the provider or of `routeModels`). What is not listed has no price.
 *
 * @example
 * ```ts
 * import { listPrices } from 'durableflow';
 * console.log(listPrices['claude-haiku-4-5']?.output); // 5
 * ```
 */
export const listPrices: PriceTable = {
  'claude-fable-5-1': claude(10, 50, 0.25),
  'claude-fable-5': claude(10, 50, 1),
  'claude-opus-5-5': claude(4, 20, 0.2),
  'claude-opus-5': claude(5, 25, 0.5),
  'claude-opus-4-8': claude(5, 25, 0.5),
  'claude-opus-4-7': claude(5, 25, 0.5),
  'claude-opus-4-6': claude(5, 25, 0.5),
  'claude-opus-4-5': claude(5, 25, 0.5),
  'claude-sonnet-5-5': claude(2, 10, 0.1),
  'claude-sonnet-5': claude(2, 10, 0.2),
  'claude-sonnet-4-6': claude(3, 15, 0.3),
  'claude-sonnet-4-5': claude(3, 15, 0.3),
  'claude-haiku-5-5': claude(0.1, 0.5, 0.01, { above: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 }),
  'claude-haiku-4-5': claude(1, 5, 0.1),

  'gpt-5.5': openAi(5, 0.5, 30, { above: 272_000, input: 10, cacheRead: 1, output: 45 }),
  'gpt-5.4': openAi(2.5, 0.25, 15, { above: 272_000, input: 5, cacheRead: 0.5, output: 22.5 }),
  'gpt-5.4-mini': openAi(0.75, 0.075, 4.5),
  'gpt-5.4-nano': openAi(0.2, 0.02, 1.25),
  'gpt-5.2': openAi(1.75, 0.175, 14),
  'gpt-5.1': openAi(1.25, 0.125, 10),
  'gpt-5': openAi(1.25, 0.125, 10),
  'gpt-5-mini': openAi(0.25, 0.025, 2),
  'gpt-5-nano': openAi(0.05, 0.005, 0.4),
  'gpt-4.1': openAi(2, 0.5, 8),
  'gpt-4.1-mini': openAi(0.4, 0.1, 1.6),
  'gpt-4.1-nano': openAi(0.1, 0.025, 0.4),
  'gpt-4o': openAi(2.5, 1.25, 10),
  'gpt-4o-2024-05-13': openAi(5, 5, 15),
  'gpt-4o-mini': openAi(0.15, 0.075, 0.6),

  /** What `scriptedModel` is called if nothing else is said. */
  scripted: { input: 0, output: 0 },
};

/** `claude-haiku-4-5-20251001`, `gpt-5-2025-08-07`, `claude-haiku-4-5@20251001`. */
const dated = /[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$/;

/** The price of a model: of its exact name, else of its name without a date. Undefined if it is not listed. */
export function priceOf(model: string, prices: PriceTable): ModelPrice | undefined {
  for (const name of [model, model.replace(dated, '')]) if (Object.hasOwn(prices, name)) return prices[name];
  return undefined;
}
