import type { ModelPrice } from '../models/prices.js';

/** Where a model stands in price and ability, cheapest first. */
export const tiers = ['local', 'economy', 'frontier'] as const;
export type Tier = (typeof tiers)[number];

/** Who sees a prompt that is sent there: nobody else, one's own cloud, or a provider. */
export const privacyClasses = ['local', 'vpc', 'public'] as const;
export type PrivacyClass = (typeof privacyClasses)[number];

/** What a request may need of a model. */
export type Capability = 'tools' | 'json_schema' | 'vision' | 'streaming';

/** A model that the planner may send a request to. Plain data, as the configuration file states it. */
export interface PlannerTarget {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly tier: Tier;
  /** The model's name at its endpoint. */
  readonly model: string;
  readonly privacy: PrivacyClass;
  readonly region: string;
  readonly prices: ModelPrice;
  /** What its endpoint speaks: the Chat Completions API, or Anthropic's Messages. */
  readonly api: 'openai' | 'anthropic';
  /** The provider's own if undefined. */
  readonly baseUrl: string | undefined;
  /** The environment variable that holds the key; undefined where no key is needed. The key itself is in no file and no trace. */
  readonly apiKeyEnv: string | undefined;
  readonly enabled: boolean;
  readonly capabilities: readonly Capability[];
  /** Prompt and answer together, in tokens. */
  readonly contextWindow: number;
  /** The longest answer, in tokens; also what a request that states no bound of its own is planned with. */
  readonly maxOutputTokens: number;
  /** What is assumed of its latency until enough was measured, in milliseconds; p95 is what ceilings are held against. */
  readonly latencyPrior: { readonly p50Ms: number; readonly p95Ms: number };
}
