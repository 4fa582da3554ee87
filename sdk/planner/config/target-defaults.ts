import type { PlannerTarget, Tier } from '../target.js';

type Defaults = Pick<
  PlannerTarget,
  'privacy' | 'region' | 'capabilities' | 'contextWindow' | 'maxOutputTokens' | 'latencyPrior' | 'baseUrl'
>;

/** Where Ollama listens. */
const ollama = 'http://127.0.0.1:11434/v1';

/**
 * What is assumed of a target of a tier that does not state it. Latencies are of whole answers, rather slow than fast: what
 * is assumed is believed until it was measured.
 */
export const targetDefaults: Readonly<Record<Tier, Defaults>> = {
  local: {
    privacy: 'local',
    region: 'local',
    baseUrl: ollama,
    capabilities: ['streaming'],
    contextWindow: 8192,
    maxOutputTokens: 1024,
    latencyPrior: { p50Ms: 4000, p95Ms: 15_000 },
  },
  economy: {
    privacy: 'public',
    region: 'unstated',
    baseUrl: undefined,
    capabilities: ['tools', 'json_schema', 'streaming'],
    contextWindow: 128_000,
    maxOutputTokens: 4096,
    latencyPrior: { p50Ms: 2500, p95Ms: 10_000 },
  },
  frontier: {
    privacy: 'public',
    region: 'unstated',
    baseUrl: undefined,
    capabilities: ['tools', 'json_schema', 'vision', 'streaming'],
    contextWindow: 200_000,
    maxOutputTokens: 8192,
    latencyPrior: { p50Ms: 6000, p95Ms: 25_000 },
  },
};
