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
import { loadInWords, printFigures, type Figure } from './print-figures.js';

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

/** Milliseconds. */
interface PlanTimes {
  readonly p50: number;
  readonly p99: number;
  /** The same share of the processor's times. */
  readonly processor: number;
}

/** On the clock, and of the processor: where others work as well, the clock counts their turns. */
function timed(work: (n: number) => unknown): PlanTimes {
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
  return { p50: quantileSorted(clock, 0.5), p99: quantileSorted(clock, 0.99), processor: quantileSorted(processor, 0.99) };
}

/** `npm run bench -- planner-plans` */
export async function printPlans(): Promise<void> {
  const measure = await tokenMeasure(undefined);
  const cached = solverOver(3, {}, measure).solver;
  const few = solverOver(3, false, measure).solver;
  const count = { 250: timed((n) => measure.size(prose(250, n))), 2000: timed((n) => measure.size(prose(2000, n))) };
  const ofFew = [
    figure('cache hit, 250 tokens', timed((n) => cached.plan(request(250, n), {})), count[250], 1),
    figure('cache hit, 2,000 tokens', timed((n) => cached.plan(request(2000, n), {})), count[2000]),
    figure('full solve, 3 targets, 250 tokens', timed((n) => few.plan(request(250, n), {})), count[250], 5),
    figure('full solve, 3 targets, 2,000 tokens', timed((n) => few.plan(request(2000, n), {})), count[2000]),
  ]; // prettier-ignore
  // Made now: what is in memory slows down whoever collects the garbage.
  const many = solverOver(200, false, measure);
  printFigures(
    `Plans, ${rounds.toLocaleString('en')} times each, every prompt another one, p99 on the clock; the floor is to count its tokens; ${loadInWords()}`,
    [
      ...ofFew,
      figure('full solve, 200 targets, 250 tokens', timed((n) => many.solver.plan(request(250, n), {})), count[250], 20),
      figure('… when something new is known each time', timed((n) => (many.learn(n), many.solver.plan(request(250, n), {}))), count[250]),
      figure('infeasible, 200 targets, with what would change it', timed((n) => many.solver.plan(request(250, n), hard)), count[250]),
    ],
  ); // prettier-ignore
}

/** The ratio is of medians: there the others' turns on the clock are least. */
function figure(what: string, times: PlanTimes, floor: PlanTimes, aimMs?: number): Figure {
  return {
    what: `${what}: p50 ${times.p50.toFixed(3)} ms, p99 of the processor ${times.processor.toFixed(3)} ms`,
    figure: `${times.p99.toFixed(3)} ms`,
    floor: `${floor.p99.toFixed(3)} ms`,
    ratio: times.p50 / floor.p50,
    ...(aimMs !== undefined && { aim: `${aimMs} ms`, reached: times.p99 < aimMs }),
  };
}
