import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../sdk/planner/chat.js';
import type { Constraints } from '../../../sdk/planner/constraints.js';
import type { HardConstraint } from '../../../sdk/planner/plan.js';
import type { BudgetState } from '../../../sdk/planner/planning/budget-state.js';
import { ask, breakDown, economy, frontier, local, plannerWorld, target, teach } from './planner-world.js';

const hello = ask('What is the capital of Germany?');
const budget = (left: number, limitUsd = 1): BudgetState => ({ id: 'team', period: 'day', limitUsd, committedUsd: limitUsd - left });

describe('filters', () => {
  /** Targets, of which the second is out of the question for one reason; a cent less of that reason and it is in. */
  const cases: Readonly<
    Record<
      HardConstraint,
      {
        readonly bad: ReturnType<typeof target>;
        readonly request?: ChatRequest;
        readonly constraints?: Constraints;
        readonly budget?: BudgetState;
      }
    >
  > = {
    enabled: { bad: target('bad', { enabled: false }) },
    privacy: { bad: target('bad', { privacy: 'public' }), constraints: { privacy: 'local-or-vpc' } },
    region: { bad: target('bad', { region: 'us-east-1' }), constraints: { region: 'eu' } },
    tier_floor: { bad: target('bad', { tier: 'local' }), constraints: { tierFloor: 'economy' } },
    capability: { bad: target('bad', { capabilities: ['streaming'] }), request: ask('Look it up', { tools: [{ type: 'function' }] }) },
    context_window: { bad: target('bad', { contextWindow: 200 }) },
    health: { bad: target('bad') },
    max_cost: { bad: target('bad', { prices: { input: 100, output: 500 } }), constraints: { maxCostUsd: 0.01 } },
    max_latency: { bad: target('bad', { latencyPrior: { p50Ms: 10, p95Ms: 5001 } }), constraints: { maxLatencyMs: 5000 } },
    budget: { bad: target('bad', { prices: { input: 100, output: 500 } }), budget: budget(0.02, 0.1) },
  };

  it.each(Object.keys(cases) as HardConstraint[])('%s', async (constraint) => {
    const { bad, request = hello, constraints = {}, budget: state } = cases[constraint];
    const good = target('good', { privacy: 'vpc', region: 'eu-west-1', capabilities: ['tools'], prices: { input: 2, output: 6 } });
    const { solver, health } = await plannerWorld({ targets: [bad, good] });
    if (constraint === 'health') breakDown(health, 'bad');
    const plan = solver.plan(request, constraints, state);
    expect(plan.chain.map(({ targetId }) => targetId)).toEqual(['good']);
    expect(plan.candidates.find(({ targetId }) => targetId === 'bad')).toMatchObject({ verdict: 'excluded', constraint });
  });
});

describe('ranking', () => {
  it('asks the machine itself first, then by price', async () => {
    const { solver } = await plannerWorld({ targets: [frontier(), economy(), local()] });
    expect(solver.plan(hello, {}).chain.map(({ targetId }) => targetId)).toEqual(['local', 'economy', 'frontier']);
  });

  it('asks the fastest or the most capable first if told to; those of a lower tier come last', async () => {
    const { solver } = await plannerWorld();
    expect(solver.plan(hello, { objective: 'fastest' }).chain.map(({ targetId }) => targetId)).toEqual(['economy', 'frontier', 'local']);
    expect(solver.plan(hello, { objective: 'most_capable' }).chain.map(({ targetId }) => targetId)).toEqual([
      'frontier',
      'economy',
      'local',
    ]);
  });

  it('counts what failed answers cost as well, where answers are checked', async () => {
    const cheap = target('cheap', { prices: { input: 1, output: 5 } });
    const sure = target('sure', { prices: { input: 2, output: 10 } });
    const { solver, history } = await plannerWorld({ targets: [cheap, sure] });
    teach(history, cheap, { passed: 2, failed: 18 });
    teach(history, sure, { passed: 20 });
    expect(solver.plan(hello, {}).chain[0]!.targetId).toBe('cheap');
    expect(solver.plan(hello, { check: { type: 'json' } }).chain[0]!.targetId).toBe('sure');
  });
});

describe('a chain', () => {
  it('is long as long as little is known, and short behind a target that is known to be good', async () => {
    const { solver, history } = await plannerWorld();
    expect(solver.plan(hello, {}).chain).toHaveLength(3);
    teach(history, local(), { passed: 60 });
    const plan = solver.plan(hello, {});
    expect(plan.chain.map(({ targetId }) => targetId)).toEqual(['local', 'economy']);
    expect(plan.candidates.at(-1)).toMatchObject({ targetId: 'frontier', verdict: 'not_needed' });
  });

  it('stays long behind a target that is known to be bad', async () => {
    const { solver, history } = await plannerWorld();
    teach(history, local(), { passed: 30, failed: 30 });
    expect(solver.plan(hello, {}).chain).toHaveLength(3);
  });
});

describe('a budget', () => {
  it('makes the cheapest the objective when it is nearly used up', async () => {
    const { solver } = await plannerWorld();
    expect(solver.plan(hello, { objective: 'most_capable' }, budget(0.5)).objectiveBecause).toBeUndefined();
    const plan = solver.plan(hello, { objective: 'most_capable' }, budget(0.09));
    expect(plan).toMatchObject({ objective: 'cheapest', objectiveBecause: 'the budget is nearly used up' });
    expect(plan.chain[0]!.targetId).toBe('local');
  });

  it('that nothing fits into is exhausted', async () => {
    const { solver } = await plannerWorld({ targets: [economy(), frontier()] });
    const { infeasible, chain } = solver.plan(hello, {}, budget(0.001));
    expect(chain).toEqual([]);
    expect(infeasible).toMatchObject({ code: 'budget_exhausted', constraint: 'budget' });
    expect(infeasible!.wouldChange[0]).toMatch(
      /^If the budget had \$0\.00\d+ left, not \$0\.001 \(it is renewed at midnight UTC\), economy could be asked\.$/,
    );
  });
});

describe('a shadow', () => {
  it('is the target of which least is known, and none of those that are known', async () => {
    const { solver, history } = await plannerWorld();
    teach(history, economy(), { passed: 3 });
    expect(solver.plan(hello, { shadow: true }).shadow?.targetId).toBe('frontier');
    teach(history, frontier(), { passed: 40 });
    expect(solver.plan(hello, { shadow: true }).shadow?.targetId).toBe('economy');
    teach(history, economy(), { passed: 40 });
    expect(solver.plan(hello, { shadow: true }).shadow).toBeUndefined();
    expect(solver.plan(hello, {}).shadow).toBeUndefined();
  });

  it('is never the target that is asked first, and none that is excluded', async () => {
    const { solver } = await plannerWorld();
    expect(solver.plan(hello, { shadow: true, privacy: 'local-only' }).shadow).toBeUndefined();
  });

  it('is paid for out of the same money', async () => {
    const { solver } = await plannerWorld({ targets: [economy(), target('other')] });
    const worst = solver.plan(hello, {}).chain[0]!.estimate.worstCaseUsd;
    expect(solver.plan(hello, { shadow: true, maxCostUsd: 2 * worst }).shadow).toBeDefined();
    expect(solver.plan(hello, { shadow: true, maxCostUsd: 1.9 * worst }).shadow).toBeUndefined();
    expect(solver.plan(hello, { shadow: true }, budget(1.9 * worst)).shadow).toBeUndefined();
  });
});

describe('a request that names its target', () => {
  it('is planned for that one alone, whatever is assumed of it', async () => {
    const { solver, health } = await plannerWorld({
      targets: [local({ capabilities: [], contextWindow: 10, maxOutputTokens: 10 }), economy()],
    });
    breakDown(health, 'local');
    const plan = solver.direct('local', ask('Hello', { stream: true, max_tokens: 50 }), { shadow: true });
    expect(plan).toMatchObject({ direct: true, shadow: undefined, infeasible: undefined, maxOutputTokens: 50 });
    expect(plan.chain.map(({ targetId }) => targetId)).toEqual(['local']);
    expect(plan.candidates).toMatchObject([{ verdict: 'primary', reason: 'the request names it' }]);
  });

  it('is refused where the request itself forbids it', async () => {
    const { solver } = await plannerWorld();
    expect(solver.direct('economy', hello, { privacy: 'local-only' }).infeasible).toMatchObject({ constraint: 'privacy' });
    expect(solver.direct('economy', hello, { maxCostUsd: 0.0001 }).infeasible).toMatchObject({ constraint: 'max_cost' });
    expect(solver.direct('economy', hello, {}, budget(0)).infeasible).toMatchObject({ code: 'budget_exhausted' });
    expect(() => solver.direct('nobody', hello, {})).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT' }));
  });
});

describe('what would change an infeasible plan', () => {
  const able = { capabilities: ['tools'] as const };
  it.each<[string, Parameters<typeof target>[1], ChatRequest, Constraints, BudgetState | undefined, string]>([
    ['enabled', { enabled: false }, hello, {}, undefined, 'If it were switched on in the configuration, one could be asked.'],
    [
      'privacy',
      { privacy: 'vpc' },
      hello,
      { privacy: 'local-only' },
      undefined,
      "If the prompt might be sent to one's own cloud (privacy local-or-vpc), one could be asked.",
    ],
    ['region', { region: 'us' }, hello, { region: 'eu' }, undefined, 'If the region might be us, one could be asked.'],
    ['tier_floor', {}, hello, { tierFloor: 'frontier' }, undefined, 'If the tier floor were economy, one could be asked.'],
    [
      'capability',
      able,
      ask('Hello', { stream: true, tools: [{}] }),
      {},
      undefined,
      'If the request needed no streaming, one could be asked.',
    ],
    [
      'context_window',
      { contextWindow: 1000 },
      ask('Hello', { max_tokens: 999 }),
      {},
      undefined,
      'If the answer were bounded to 984 tokens, one could be asked.',
    ],
    [
      'context_window',
      { contextWindow: 1000 },
      ask('Hello '.repeat(1000)),
      {},
      undefined,
      'If the prompt had at most 600 tokens, not 1,536 tokens, one could be asked.',
    ],
    ['max_cost', {}, hello, { maxCostUsd: 0.005 }, undefined, 'If the request might cost up to $0.005016, not $0.005, one could be asked.'],
    ['max_latency', {}, hello, { maxLatencyMs: 900 }, undefined, 'If the request might take up to 4 s, not 900 ms, one could be asked.'],
    [
      'budget',
      {},
      hello,
      {},
      budget(0.005),
      'If the budget had $0.005016 left, not $0.005 (it is renewed at midnight UTC), one could be asked.',
    ],
  ])('%s', async (constraint, stated, request, constraints, state, sentence) => {
    const { solver } = await plannerWorld({ targets: [target('one', stated)] });
    expect(solver.plan(request, constraints, state).infeasible).toMatchObject({ constraint, wouldChange: [sentence] });
  });

  it('is more than one thing, where more than one stands in the way: then it says how close the closest is', async () => {
    const { solver, health } = await plannerWorld({
      targets: [target('one', { region: 'us' }), target('two', { enabled: false, region: 'us' })],
    });
    breakDown(health, 'one');
    breakDown(health, 'two');
    expect(solver.plan(hello, { region: 'eu' }).infeasible!.wouldChange).toEqual([
      'No single change is enough. Closest is one: its region is us, not eu; it failed several times in a row.',
    ]);
  });
});
