import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMicros } from '../../../sdk/models/cost.js';
import { objectives, privacyLevels } from '../../../sdk/planner/constraints.js';
import { taskClasses, type Plan } from '../../../sdk/planner/plan.js';
import { assess } from '../../../sdk/planner/planning/assess.js';
import { leftMicros, type BudgetState } from '../../../sdk/planner/planning/budget-state.js';
import { OutcomeHistory } from '../../../sdk/planner/planning/outcome-history.js';
import { PlanCache, signatureOf } from '../../../sdk/planner/planning/plan-cache.js';
import type { Problem, TargetState } from '../../../sdk/planner/planning/problem.js';
import { relaxations } from '../../../sdk/planner/planning/relaxations.js';
import { solve } from '../../../sdk/planner/planning/solve.js';
import { privacyClasses, tiers, type PlannerTarget } from '../../../sdk/planner/target.js';
import { target } from './planner-world.js';

const capabilities = ['tools', 'json_schema', 'vision', 'streaming'] as const;
const optional = <T>(it: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: it });
const present = <T extends object>(it: T) =>
  Object.fromEntries(Object.entries(it).filter(([, value]) => value !== undefined)) as { [Key in keyof T]: Exclude<T[Key], undefined> };

const anyTarget: fc.Arbitrary<Omit<PlannerTarget, 'id'>> = fc.record({
  tier: fc.constantFrom(...tiers),
  privacy: fc.constantFrom(...privacyClasses),
  region: fc.constantFrom('eu-west-1', 'us', 'local'),
  input: fc.constantFrom(0, 0.1, 1, 10),
  output: fc.constantFrom(0, 0.5, 5, 50),
  enabled: optional(fc.constant(false)),
  can: fc.subarray([...capabilities], { minLength: 3 }),
  contextWindow: fc.constantFrom(500, 4000, 100_000),
  maxOutputTokens: fc.constantFrom(100, 400),
  p50Ms: fc.constantFrom(100, 1000, 5000),
}).map(({ input, output, can, p50Ms, enabled, ...rest }) => ({
  ...target('x'), ...rest, enabled: enabled ?? true, prices: { input, output }, capabilities: can, latencyPrior: { p50Ms, p95Ms: 3 * p50Ms },
})); // prettier-ignore

/** A target with a past: how many of its answers passed and failed, and how long they took. */
const state: fc.Arbitrary<Omit<TargetState, 'target'> & { readonly target: Omit<PlannerTarget, 'id'> }> = fc
  .record({ target: anyTarget, passed: fc.constantFrom(0, 0, 1, 30), failed: fc.constantFrom(0, 0, 2, 30), latencyMs: fc.constantFrom(50, 900, 20_000), down: optional(fc.constant('it cannot be reached')), native: fc.boolean() })
  .map(({ target: it, passed, failed, latencyMs, down, native }) => {
    const history = new OutcomeHistory();
    for (let n = 0; n < passed + failed; n++)
      history.record({ targetId: 'x', model: it.model, taskClass: 'chat', at: 0, passed: n < passed, latencyMs, outputTokens: 100 });
    return { target: it, track: history.track({ id: 'x', model: it.model }, 'chat'), down, native };
  }); // prettier-ignore

const problem: fc.Arbitrary<Problem> = fc
  .record({
    taskClass: fc.constantFrom(...taskClasses),
    needs: fc.subarray([...capabilities], { maxLength: 1 }),
    checked: fc.boolean(),
    constraints: fc.record({
      maxCostUsd: optional(fc.constantFrom(0, 0.0001, 0.001, 0.01, 1)),
      maxLatencyMs: optional(fc.constantFrom(100, 300, 3000, 60_000)),
      privacy: optional(fc.constantFrom(...privacyLevels)),
      region: optional(fc.constantFrom('eu', 'us')),
      tierFloor: optional(fc.constantFrom('economy' as const, 'frontier' as const)),
      objective: optional(fc.constantFrom(...objectives)),
      shadow: optional(fc.boolean()),
    }).map(present),
    promptTokens: fc.constantFrom(16, 320, 3000).map((native) => ({ native, foreign: native * 2 })),
    askedOutput: optional(fc.constantFrom(1, 100, 300)),
    choices: fc.constantFrom(1, 1, 3),
    states: fc.array(state, { minLength: 1, maxLength: 6 }),
    budget: optional(fc.record({ limitUsd: fc.constantFrom(0, 0.01, 0.1), spent: fc.constantFrom(0, 0.5, 0.95, 1) })),
  })
  .map(({ states, budget, ...rest }) => ({
    ...rest,
    targets: states.map((it, index) => ({ ...it, target: { ...it.target, id: `t${index}`, name: `target ${index}` } })),
    budget: budget && ({ id: 'team', period: 'day', limitUsd: budget.limitUsd, committedUsd: budget.limitUsd * budget.spent } satisfies BudgetState),
  })); // prettier-ignore

const runs = { numRuns: 400 };
const feasible = ({ infeasible }: Plan) => infeasible === undefined;

describe('a plan', () => {
  it('has nobody in its chain who is excluded, and nobody twice; its primary stays within the cost, the time and the budget', () => {
    let solved = 0;
    fc.assert(
      fc.property(problem, (given) => {
        const { chain, candidates, shadow, infeasible } = solve(given);
        const excluded = candidates.filter(({ verdict }) => verdict === 'excluded').map(({ targetId }) => targetId);
        const ids = chain.map(({ targetId }) => targetId);
        expect([...ids, shadow?.targetId].filter((id) => id !== undefined && excluded.includes(id))).toEqual([]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(candidates).toHaveLength(given.targets.length);
        expect(infeasible === undefined).toBe(chain.length > 0);
        const { maxCostUsd = Infinity, maxLatencyMs = Infinity } = given.constraints;
        for (const { estimate } of chain) {
          expect(estimate.worstCaseUsd).toBeLessThanOrEqual(maxCostUsd);
          expect(estimate.latencyP95Ms).toBeLessThanOrEqual(maxLatencyMs);
          expect(estimate.costUsd).toBeLessThanOrEqual(estimate.worstCaseUsd);
          expect(estimate.latencyP50Ms).toBeLessThanOrEqual(estimate.latencyP95Ms);
          if (given.budget) expect(toMicros(estimate.worstCaseUsd)).toBeLessThanOrEqual(leftMicros(given.budget));
        }
        if (shadow) {
          expect(shadow.targetId).not.toBe(ids[0]);
          expect(shadow.estimate.confidence).toBe('low');
          expect(chain[0]!.estimate.worstCaseUsd + shadow.estimate.worstCaseUsd).toBeLessThanOrEqual(maxCostUsd + 1e-9);
        }
        if (chain.length > 0) solved++;
      }),
      runs,
    );
    // Were all of them infeasible, all of this would hold, too.
    expect(solved).toBeGreaterThan(50);
  });

  it('is the same for the same problem, in whatever order the targets stand', () => {
    fc.assert(
      fc.property(problem, fc.infiniteStream(fc.nat()), (given, random) => {
        const shuffled = given.targets
          .map((it) => ({ it, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ it }) => it);
        expect(solve({ ...given, targets: shuffled })).toEqual(solve(given));
      }),
      runs,
    );
  });

  it('that is feasible stays so when a constraint is relaxed', () => {
    fc.assert(
      fc.property(problem, (given) => {
        if (!feasible(solve(given))) return;
        const { maxCostUsd, maxLatencyMs, ...rest } = given.constraints;
        const relaxed: Problem[] = [
          ...(maxCostUsd === undefined ? [] : [{ ...given, constraints: { ...given.constraints, maxCostUsd: maxCostUsd + 0.001 } }]),
          ...(maxLatencyMs === undefined ? [] : [{ ...given, constraints: { ...given.constraints, maxLatencyMs: maxLatencyMs * 2 } }]),
          { ...given, constraints: rest },
          ...(['privacy', 'region', 'tierFloor'] as const).map((key) => {
            const { [key]: _, ...others } = given.constraints;
            return { ...given, constraints: others };
          }),
          ...given.needs.map((need) => ({ ...given, needs: given.needs.filter((it) => it !== need) })),
          { ...given, targets: given.targets.map((it) => ({ ...it, down: undefined, target: { ...it.target, enabled: true } })) },
          { ...given, targets: [...given.targets, { ...given.targets[0]!, target: target('another') }] },
          { ...given, budget: undefined },
        ];
        for (const it of relaxed) expect(feasible(solve(it))).toBe(true);
      }),
      runs,
    );
  });

  it('that is infeasible tells only of changes that really help, and misses none of a single constraint', () => {
    let helped = 0;
    fc.assert(
      fc.property(problem, (given) => {
        const { infeasible } = solve(given);
        if (!infeasible) return;
        const assessed = given.targets.map((it) => assess(given, it));
        const changes = relaxations(given, assessed);
        for (const { problem: changed, constraint } of changes) {
          expect(feasible(solve(changed))).toBe(true);
          expect(assessed.some(({ violations }) => violations.every((it) => it.constraint === constraint))).toBe(true);
          helped++;
        }
        const single = new Set(assessed.flatMap(({ violations }) => (violations.length === 1 ? [violations[0]!.constraint] : [])));
        const told = new Set(changes.map(({ constraint }) => constraint));
        // A prompt that is longer than any window leaves nothing to be changed but the prompt as a whole.
        for (const constraint of single) if (constraint !== 'context_window') expect(told).toContain(constraint);
        expect(infeasible.wouldChange.length).toBeGreaterThan(0);
      }),
      runs,
    );
    expect(helped).toBeGreaterThan(20);
  });
});

describe('a plan from the cache', () => {
  it('is what the solver would answer now, whatever the budget has left by now', () => {
    let hits = 0;
    fc.assert(
      fc.property(
        problem,
        fc.array(fc.constantFrom(0, 0.2, 0.8, 0.89, 0.91, 0.98, 0.999), { minLength: 4, maxLength: 4 }),
        (given, shares) => {
          const cache = new PlanCache();
          const epochs = { health: 0, history: 0 };
          const at = (share: number): Problem => ({
            ...given,
            budget: given.budget && { ...given.budget, committedUsd: given.budget.limitUsd * share },
          });
          for (const share of [0, ...shares]) {
            const now = at(share);
            const known = cache.get(signatureOf(now), epochs, now.budget);
            const plan = solve(now);
            if (known) {
              hits++;
              expect(known).toEqual(plan);
            }
            cache.set(signatureOf(now), epochs, now.budget, plan);
          }
        },
      ),
      runs,
    );
    expect(hits).toBeGreaterThan(100);
  });
});
