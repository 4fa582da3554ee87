import { z } from 'zod';
import { privacyClasses, tiers } from '../target.js';

const id = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'an id is up to 64 letters, digits, ".", "_" and "-", and begins with a letter or digit'); // prettier-ignore
const words = z.string().trim().min(1, 'must not be empty').max(200);
const count = z.int().min(1);
const dollars = z.number().min(0).max(1_000_000);
const milliseconds = z.number().min(0).max(86_400_000);

/** A key by mistake is not repeated in any message. */
const environmentVariable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the NAME of an environment variable is meant here, never the key itself'); // prettier-ignore

const price = z.strictObject({
  input: dollars,
  output: dollars,
  cacheRead: dollars.optional(),
  cacheWrite: dollars.optional(),
});

const prices = z.strictObject({ ...price.shape, longPrompt: z.strictObject({ ...price.shape, above: count }).optional() });

const target = z.strictObject({
  id,
  name: words.optional(),
  tier: z.enum(tiers),
  model: words,
  privacy: z.enum(privacyClasses).optional(),
  region: words.optional(),
  prices: prices.optional(),
  api: z.enum(['openai', 'anthropic']).default('openai'),
  baseUrl: z.url({ protocol: /^https?$/, error: 'an address such as https://api.example.com/v1 is expected' }).optional(),
  apiKeyEnv: environmentVariable.optional(),
  enabled: z.boolean().default(true),
  capabilities: z.array(z.enum(['tools', 'json_schema', 'vision', 'streaming'])).optional(),
  contextWindow: count.optional(),
  maxOutputTokens: count.optional(),
  latencyPrior: z.strictObject({ p50Ms: milliseconds, p95Ms: milliseconds }).refine(({ p50Ms, p95Ms }) => p50Ms <= p95Ms, 'p95Ms is at least p50Ms').optional(), // prettier-ignore
});

const budget = z.strictObject({ id, limitUsd: dollars, period: z.enum(['day', 'total']).default('day') });

const proxy = z.strictObject({
  host: words.default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4141),
  tokenEnv: environmentVariable.optional(),
  maxBodyBytes: z.int().min(1024).max(64 << 20).default(4 << 20), // prettier-ignore
  probeIntervalMs: milliseconds.default(30_000),
});

/** The shape of `targets.yaml`. */
export const configSchema = z.strictObject({
  targets: z.array(target).min(1, 'at least one target is needed').max(1000),
  budgets: z.array(budget).default([]),
  proxy: proxy.prefault({}),
});

export type StatedConfig = z.output<typeof configSchema>;
export type StatedTarget = StatedConfig['targets'][number];

/** The keys that are known where an unknown one was found. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [first, , third, fourth] = path;
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (first === 'proxy') return Object.keys(proxy.shape);
  if (first === 'budgets') return Object.keys(budget.shape);
  if (third === 'prices') return fourth === 'longPrompt' ? [...Object.keys(price.shape), 'above'] : Object.keys(prices.shape);
  return third === 'latencyPrior' ? ['p50Ms', 'p95Ms'] : Object.keys(target.shape);
}
