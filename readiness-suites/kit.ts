import type { ModelClient, PriceTable } from '../sdk/models/index.js';
import type { ToolOptions } from './world/tool-bench.js';

/**
 * What a suite's `agent` function builds the agent from: models and tools that the kit stands behind, so that it can see
 * what the agent does to its world, and make the world go wrong.
 */
export interface ReadinessKit {
  /**
   * The model. In the durable arm it is `routeModels` over `model('primary')` and `model('fallback')`; in the naked arm
   * the primary alone. To have your own routing tested, build it from `model(…)`.
   */
  readonly models: ModelClient;
  /** One model of the world: `primary` is the one that fails in the fallback mode, any other name works. */
  readonly model: (name: string) => ModelClient;
  /** Where a model of the world is reached, for other clients than ours. */
  readonly modelUrl: (name: string, api: 'openai' | 'anthropic') => string;
  /** What the models of the world cost, by the names under which they answer: for clients that are to know it. */
  readonly prices: PriceTable;
  /**
   * Puts a client behind the kit: an object with async methods, or an async function. Its methods are carried out outside
   * of the agent's process, so arguments and answers must be plain data.
   */
  readonly tool: <T extends object>(client: T, options?: ToolOptions<T>) => T;
  /** Puts a real HTTP endpoint behind the kit; returns the URL to use in its place. */
  readonly endpoint: (url: string, options?: { readonly name?: string }) => string;
}
