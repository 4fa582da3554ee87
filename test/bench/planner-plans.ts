import { availableParallelism, loadavg } from 'node:os';
import { quantileSorted } from 'simple-statistics';
import { tokenMeasure, type TokenMeasure } from '../../sdk/context/token-measure.js';
import type { ChatRequest } from '../../sdk/planner/chat.js';
import type { Constraints } from '../../sdk/planner/constraints.js';
import { TargetHealth } from '../../sdk/planner/health/target-health.js';
import { taskClasses } from '../../sdk/planner/plan.js';
import { OutcomeHistory, windowSize } from '../../sdk/planner/planning/outcome-history.js';
import type { PlanCacheOptions } from '../../sdk/planner/planning/plan-cache.js';
import { Solver } from '../../sdk/planner/planning/solver.js';
import { tiers, type PlannerTarget } from '../../sdk/planner/target.js';

const rounds = Number(process.env['ROUNDS'] ?? 5000);

/** Prose of about so many tokens, another text each time. */
const prose = (tokens: number, n: number) =>
  `No. ${n}. ${'The bike in the yard is ready to be picked up by its owner today. '.repeat(Math.ceil(tokens / 15))}`;
const request = (tokens: number, n: number): ChatRequest => ({
  model: 'auto',
  messages: [
    { role: 'system', content: 'You answer mails.' },
    { role: 'user', content: prose(tokens, n) },
  ],
  max_tokens: 300,
});

const target = (n: number): PlannerTarget => ({
  id: `t${n}`, name: `target ${n}`, tier: tiers[n % 3]!, model: `gpt-${n}`, privacy: n % 3 === 0 ? 'local' : 'public', region: n % 2 === 0 ? 'eu-west-1' : 'us',
  prices: { input: n % 3, output: 5 * (n % 3) }, api: 'openai', baseUrl: undefined, apiKeyEnv: undefined, enabled: true,
  capabilities: ['tools', 'json_schema', 'streaming'], contextWindow: 128_000, maxOutputTokens: 4096, latencyPrior: { p50Ms: 1000 + n, p95Ms: 4000 + n },
}); // prettier-ignore

/** A solver over targets all of whose histories are full. */
function solverOver(count: number, cache: PlanCacheOptions | false, measure: TokenMeasure) {
  const targets = Array.from({ length: count }, (_, n) => target(n));
  const history = new OutcomeHistory();
  const learn = (n: number) => {
    const { id, model } = targets[Math.abs(n) % count]!;
    for (const taskClass of taskClasses)
      history.record({
        targetId: id,
        model,
        taskClass,
        at: n,
        passed: n % 7 > 0,
        latencyMs: 500 + ((n * 37) % 900),
        outputTokens: n % 400,
      });
  };
  for (let n = 0; n < windowSize * count; n++) learn(n);
  return { solver: new Solver({ targets, history, health: new TargetHealth(), measure, cache }), learn };
}

const hard: Constraints = { privacy: 'local-only', tierFloor: 'frontier' };

/** On the clock, and of the processor: where others work as well, the clock counts their turns. */
function timed(work: (n: number) => unknown): Record<string, string> {
  // Until the code is compiled.
  const compiled = performance.now() + 1500;
  for (let n = 0; performance.now() < compiled; n++) work(-n);
  const times: { readonly clock: number; readonly processor: number }[] = [];
  for (let n = 0; n < rounds; n++) {
    const used = process.cpuUsage();
    const started = performance.now();
    work(n);
    const clock = performance.now() - started;
    const { user, system } = process.cpuUsage(used);
    times.push({ clock, processor: (user + system) / 1000 });
  }
  const [clock, processor] = (['clock', 'processor'] as const).map((key) => times.map((it) => it[key]).sort((a, b) => a - b)) as [
    number[],
    number[],
  ];
  const at = (values: number[], share: number) => quantileSorted(values, share).toFixed(3);
  return {
    'p50 ms': at(clock, 0.5),
    'p99 ms': at(clock, 0.99),
    'p50 of the processor': at(processor, 0.5),
    'p99 of the processor': at(processor, 0.99),
  };
}

/** `npm run bench -- planner-plans` */
export async function printPlans(): Promise<void> {
  const measure = await tokenMeasure(undefined);
  console.log(`\nPlans, ${rounds.toLocaleString('en')} times each; prompts are counted by the real tokenizer, each prompt is another one`);
  console.log(`load of this machine in the last minute: ${loadavg()[0]!.toFixed(1)}, on ${availableParallelism()} processors`);
  const cached = solverOver(3, {}, measure).solver;
  const few = solverOver(3, false, measure).solver;
  const ofFew = {
    'cache hit, 250 tokens (promised: p99 < 1 ms)': timed((n) => cached.plan(request(250, n), {})),
    'cache hit, 2,000 tokens': timed((n) => cached.plan(request(2000, n), {})),
    'full solve, 3 targets, 250 tokens (promised: p99 < 5 ms)': timed((n) => few.plan(request(250, n), {})),
    'full solve, 3 targets, 2,000 tokens': timed((n) => few.plan(request(2000, n), {})),
    'the tokens of 250 alone': timed((n) => measure.size(prose(250, n))),
    'the tokens of 2,000 alone': timed((n) => measure.size(prose(2000, n))),
  };
  // Made now: what is in memory slows down whoever collects the garbage.
  const many = solverOver(200, false, measure);
  console.table({
    ...ofFew,
    'full solve, 200 targets, 250 tokens (promised: p99 < 20 ms)': timed((n) => many.solver.plan(request(250, n), {})),
    'full solve, 200 targets, something new is known each time': timed((n) => (many.learn(n), many.solver.plan(request(250, n), {}))),
    'infeasible, 200 targets, with what would change it': timed((n) => many.solver.plan(request(250, n), hard)),
  });
}
