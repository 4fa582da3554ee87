import { describe, expect, it } from 'vitest';
import { ask, breakDown, economy, local, plannerWorld, teach } from './planner-world.js';

const hello = ask('Hello');

async function cachedWorld() {
  let now = 1;
  const world = await plannerWorld({ cache: { max: 3, ttlMs: 1000, now: () => now }, health: { now: () => now } });
  return { ...world, wait: (ms: number) => (now += ms), isCached: (request = hello) => world.solver.plan(request, {}).cached };
}

describe('plans', () => {
  it('are made once for requests of the same kind and size', async () => {
    const { solver, isCached } = await cachedWorld();
    expect(isCached()).toBe(false);
    expect(isCached(ask('Hallo'))).toBe(true);
    const { cached, ...first } = solver.plan(hello, {});
    const { cached: _, ...fresh } = (await plannerWorld()).solver.plan(hello, {});
    expect(cached).toBe(true);
    expect(first).toEqual(fresh);
  });

  it('are made anew for every other constraint, need, size and kind of work', async () => {
    const { solver } = await plannerWorld({ cache: {} });
    const others = [
      [hello, {}], [hello, { maxCostUsd: 1 }], [hello, { maxLatencyMs: 9000 }], [hello, { privacy: 'local-only' }], [hello, { region: 'eu' }],
      [hello, { tierFloor: 'economy' }], [hello, { objective: 'fastest' }], [hello, { shadow: true }], [hello, { check: { type: 'json' } }],
      [ask('Hello'.repeat(100)), {}], [ask('Summarize!'), {}], [ask('Hello', { max_tokens: 5 }), {}], [ask('Hello', { n: 2 }), {}], [ask('Hello', { stream: true }), {}],
    ] as const; // prettier-ignore
    for (const [request, constraints] of others) expect(solver.plan(request, constraints).cached).toBe(false);
    for (const [request, constraints] of others) expect(solver.plan(request, constraints)).toMatchObject({ cached: true, constraints });
  });

  it('go when a target falls ill or recovers, and when more is known', async () => {
    const { health, history, isCached, solver, wait } = await cachedWorld();
    isCached();
    breakDown(health, 'local');
    expect(solver.plan(hello, {})).toMatchObject({ cached: false, chain: [{ targetId: 'economy' }, { targetId: 'frontier' }] });
    expect(isCached()).toBe(true);
    wait(30_000);
    expect(solver.plan(hello, {}).chain[0]!.targetId).toBe('local');
    expect(isCached()).toBe(true);
    teach(history, economy(), { passed: 1, taskClass: 'code' });
    expect(isCached()).toBe(true);
    teach(history, economy(), { passed: 1 });
    expect(isCached()).toBe(false);
  });

  it('go after a while, and the oldest when there are many', async () => {
    const { isCached, wait } = await cachedWorld();
    isCached();
    wait(999);
    expect(isCached()).toBe(true);
    wait(2);
    expect(isCached()).toBe(false);
    for (const word of ['Summarize!', '```\na\n```', 'Hello '.repeat(100)]) isCached(ask(word));
    expect(isCached()).toBe(false);
  });

  it('go when the budget has less left than they may cost, and when it is nearly used up', async () => {
    const { solver } = await plannerWorld({ targets: [economy(), local({ enabled: false })], cache: {} });
    const at = (left: number) =>
      solver.plan(hello, { objective: 'fastest' }, { id: 'team', period: 'day', limitUsd: 1, committedUsd: 1 - left });
    expect([at(0.9), at(0.5), at(0.11)].map(({ cached }) => cached)).toEqual([false, true, true]);
    expect(at(0.099)).toMatchObject({ cached: false, objective: 'cheapest' });
    expect(at(0.05)).toMatchObject({ cached: true, objective: 'cheapest' });
    expect(at(0.005).infeasible?.code).toBe('budget_exhausted');
    expect(at(0.004).infeasible?.message).toContain('$0.004 left');
  });
});
