import type { Attempt, AttemptOutcome } from '../../../sdk/planner/attempt.js';
import type { Plan } from '../../../sdk/planner/plan.js';
import type { PlanTrace } from '../../../sdk/planner/plan-trace.js';
import { makeTrace } from '../../../sdk/planner/trace/make-trace.js';
import { ask, breakDown, economy, frontier, local, plannerWorld, teach } from '../planning/planner-world.js';

const targets = [
  local({ name: 'the local model', model: 'llama3.2' }),
  economy({ name: 'the small cloud model' }),
  frontier({ name: 'the large cloud model' }),
] as const;

/** An attempt at a step of a plan, as a run would have journaled it. */
export function attempt(plan: Plan, id: string, outcome: AttemptOutcome, stated: Partial<Attempt> = {}): Attempt {
  const target = targets.find((it) => it.id === id)!;
  const estimate = plan.candidates.find(({ targetId }) => targetId === id)!.estimate!;
  return {
    targetId: id,
    targetName: target.name,
    model: target.model,
    outcome,
    detail: undefined,
    startedAt: 1000,
    durationMs: 400,
    firstTokenMs: undefined,
    usage: { inputTokens: 20, outputTokens: 90, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
    costUsd: estimate.costUsd,
    chargedUsd: estimate.costUsd,
    shadow: false,
    ...stated,
  };
}

const extraction = ask('Which parties does this contract name?', {
  response_format: { type: 'json_schema', json_schema: {} },
  max_tokens: 400,
});
const check = { type: 'json_schema', schema: { type: 'object' } } as const;

/** What five requests leave behind: one of each kind. */
export async function stories(): Promise<
  Readonly<Record<'coldStart' | 'staysLocal' | 'escalates' | 'infeasible' | 'downgraded', PlanTrace>>
> {
  const able = targets.map((it) => ({ ...it, capabilities: ['json_schema', 'tools', 'streaming'] as const }));
  const cold = await plannerWorld({ targets: able });
  const coldPlan = cold.solver.plan(extraction, { check, shadow: true });
  const warm = await plannerWorld({ targets: able });
  teach(warm.history, targets[0], { passed: 45, failed: 1, latencyMs: 350, taskClass: 'json_extraction' });
  const warmPlan = warm.solver.plan(extraction, { check, maxCostUsd: 0.05, maxLatencyMs: 20_000 });
  breakDown(cold.health, 'economy');
  const strict = cold.solver.plan(extraction, { check, privacy: 'local-only', tierFloor: 'frontier' });
  const poor = warm.solver.plan(
    ask('Write a poem.'),
    { objective: 'most_capable', budgetId: 'team' },
    { id: 'team', period: 'day', limitUsd: 1, committedUsd: 0.95 },
  );
  return {
    coldStart: makeTrace('r-cold', {
      plan: coldPlan, attempts: [attempt(coldPlan, 'local', 'passed_check')], state: 'answered', receivedAt: 998,
      shadow: attempt(coldPlan, 'economy', 'passed_check', { durationMs: 900, shadow: true }),
    }),
    staysLocal: makeTrace('r-local', { plan: warmPlan, attempts: [attempt(warmPlan, 'local', 'passed_check')], shadow: undefined, state: 'answered', receivedAt: 998 }),
    escalates: makeTrace('r-escalates', {
      plan: coldPlan, shadow: undefined, state: 'answered', receivedAt: 998,
      attempts: [
        attempt(coldPlan, 'local', 'failed_check', { detail: 'the answer is no JSON' }),
        attempt(coldPlan, 'economy', 'transport_error', { detail: 'HTTP 503', startedAt: 1400, durationMs: 120, usage: undefined, costUsd: undefined, chargedUsd: 0.0021 }),
        attempt(coldPlan, 'frontier', 'passed_check', { startedAt: 1520, durationMs: 2300 }),
      ],
    }),
    infeasible: makeTrace('r-infeasible', { plan: strict, attempts: [], shadow: undefined, state: 'infeasible', receivedAt: 998 }),
    downgraded: makeTrace('r-downgraded', { plan: poor, attempts: [attempt(poor, 'local', 'no_check_completed')], shadow: undefined, state: 'answered', receivedAt: 998 }),
  }; // prettier-ignore
}
