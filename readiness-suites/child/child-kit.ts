import { anthropic, openAiCompatible, routeModels, type ModelClient } from '../../sdk/models/index.js';
import type { ReadinessKit } from '../kit.js';
import { modelName, worldPrices } from '../world/model-service.js';
import { ToolBench } from '../world/tool-bench.js';
import type { IssuedKeys } from './issued-keys.js';
import type { Job } from './job.js';
import type { KillSwitch } from './kill-switch.js';
import { toolProxy } from './tool-proxy.js';

const quick = { maxAttempts: 2, initialDelay: '20ms', maxDelay: '300ms' } as const;

/** The kit in the agent's own process: everything leads to the world. */
export class ChildKit implements ReadinessKit {
  readonly #job: Job;
  readonly #kills: KillSwitch;
  readonly #keys: IssuedKeys;
  readonly #bench = new ToolBench();
  readonly prices = worldPrices;
  #endpoints = 0;
  #models: ModelClient | undefined;

  constructor(job: Job, kills: KillSwitch, keys: IssuedKeys) {
    this.#job = job;
    this.#kills = kills;
    this.#keys = keys;
  }

  get models(): ModelClient {
    this.#models ??=
      this.#job.arm === 'naked'
        ? this.model('primary')
        : routeModels({
            targets: ['primary', 'fallback'].map((name) => ({
              name,
              client: this.model(name),
              timeout: this.#job.patienceMs,
              retry: quick,
            })),
            prices: worldPrices,
          });
    return this.#models;
  }

  // Bound, because suites take the kit apart: `({ models, tool }) => …`.
  readonly model = (name: string): ModelClient => {
    const options = { apiKey: 'readiness', model: modelName(name), prices: worldPrices, headers: this.#headers };
    const { modelApi } = this.#job;
    const baseURL = this.modelUrl(name, modelApi);
    return modelApi === 'anthropic' ? anthropic({ ...options, baseURL }) : openAiCompatible({ ...options, provider: 'readiness', baseURL });
  };

  readonly modelUrl = (name: string, api: 'openai' | 'anthropic'): string =>
    `${this.#job.world}/model/${encodeURIComponent(name)}/${api}${api === 'openai' ? '/v1' : ''}`;

  readonly tool = <T extends object>(client: T, options = {}): T => {
    const tool = { ...this.#bench.add(client, options), client };
    const { world, life } = this.#job;
    return toolProxy(tool, { world, life, kills: this.#kills, keys: this.#keys });
  };

  readonly endpoint = (_url: string, { name = `endpoint${this.#endpoints + 1}` }: { readonly name?: string } = {}): string => {
    this.#endpoints++;
    return `${this.#job.world}/endpoint/${encodeURIComponent(name)}`;
  };

  get #headers() {
    return { 'x-readiness-life': String(this.#job.life) };
  }
}
