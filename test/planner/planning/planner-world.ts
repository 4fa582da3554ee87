import { tokenMeasure } from '../../../sdk/context/token-measure.js';
import type { ChatRequest } from '../../../sdk/planner/chat.js';
import { TargetHealth, type HealthOptions } from '../../../sdk/planner/health/target-health.js';
import type { TaskClass } from '../../../sdk/planner/plan.js';
import { OutcomeHistory } from '../../../sdk/planner/planning/outcome-history.js';
import type { PlanCacheOptions } from '../../../sdk/planner/planning/plan-cache.js';
import { Solver } from '../../../sdk/planner/planning/solver.js';
import type { PlannerTarget } from '../../../sdk/planner/target.js';

/** A target as the configuration would state it, but for what a test says of it. */
export function target(id: string, stated: Partial<PlannerTarget> = {}): PlannerTarget {
  return {
    id,
    name: id,
    tier: 'economy',
    model: `gpt-${id}`,
    privacy: 'public',
    region: 'us-east-1',
    prices: { input: 1, output: 5 },
    api: 'openai',
    baseUrl: undefined,
    apiKeyEnv: undefined,
    enabled: true,
    capabilities: ['tools', 'json_schema', 'vision', 'streaming'],
    contextWindow: 100_000,
    maxOutputTokens: 1000,
    latencyPrior: { p50Ms: 1000, p95Ms: 4000 },
    ...stated,
  };
}

export const local = (stated: Partial<PlannerTarget> = {}) =>
  target('local', {
    tier: 'local',
    privacy: 'local',
    region: 'local',
    prices: { input: 0, output: 0 },
    latencyPrior: { p50Ms: 2000, p95Ms: 8000 },
    ...stated,
  });
export const economy = (stated: Partial<PlannerTarget> = {}) => target('economy', stated);
export const frontier = (stated: Partial<PlannerTarget> = {}) =>
  target('frontier', {
    tier: 'frontier',
    region: 'eu-west-1',
    prices: { input: 10, output: 50 },
    latencyPrior: { p50Ms: 3000, p95Ms: 9000 },
    ...stated,
  });

export interface WorldOptions {
  readonly targets?: readonly PlannerTarget[];
  readonly health?: HealthOptions;
  readonly cache?: PlanCacheOptions | false;
}

/** A solver over targets, with what it knows of them at hand. */
export async function plannerWorld({
  targets = [local(), economy(), frontier()],
  health: healthOptions = {},
  cache = false,
}: WorldOptions = {}) {
  const history = new OutcomeHistory();
  const health = new TargetHealth(healthOptions);
  const solver = new Solver({ targets, history, health, measure: await tokenMeasure((text) => Math.ceil(text.length / 4)), cache });
  return { solver, history, health };
}

/** Lets a target have answered so many requests, and so many of them well. */
export function teach(
  history: OutcomeHistory,
  { id, model }: PlannerTarget,
  { passed = 0, failed = 0, latencyMs = 1000, outputTokens = 300, taskClass = 'chat' as TaskClass },
): void {
  for (let n = 0; n < passed + failed; n++)
    history.record({ targetId: id, model, taskClass, at: n, passed: n < passed, latencyMs, outputTokens });
}

/** Lets requests to a target fail so often that it is left alone. */
export function breakDown(health: TargetHealth, id: string): void {
  for (let n = 0; n < 3; n++) health.leave(id, health.enter(id)!, 'down');
}

export const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'auto',
  messages: [{ role: 'user', content }],
  ...more,
});
