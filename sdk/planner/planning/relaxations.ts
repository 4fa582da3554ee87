import { toMicros, toUsd } from '../../models/cost.js';
import { privacyLevels } from '../constraints.js';
import { hardConstraints, type HardConstraint } from '../plan.js';
import { tiers, type PlannerTarget } from '../target.js';
import { assess, isAllowed, type Assessment } from './assess.js';
import { leftMicros } from './budget-state.js';
import { expectedOutput } from './estimate.js';
import type { Problem, TargetState } from './problem.js';
import { dollars, list, needWords, time, tokens } from './words.js';

/** One change of a problem after which a target may be asked, and the sentence that says so. */
export interface Relaxation {
  readonly constraint: HardConstraint;
  readonly problem: Problem;
  readonly sentence: string;
}

interface Change {
  readonly problem: Problem;
  /** What goes after "If". */
  readonly condition: string;
}

/** So many targets are named in a sentence. */
const mostNamed = 3;

/**
 * The changes of one constraint alone, each as small as it can be, after which somebody may be asked. None is guessed: the
 * targets are held against the changed problem, and a change that helps nobody is left out.
 */
export function relaxations(problem: Problem, assessed: readonly Assessment[]): Relaxation[] {
  return hardConstraints.flatMap((constraint) => {
    const near = assessed.filter(({ violations }) => violations.every((it) => it.constraint === constraint));
    const change = near.length > 0 ? relax[constraint](problem, near) : undefined;
    if (!change) return [];
    const asked = change.problem.targets.filter((state) => assess(change.problem, state).violations.length === 0);
    if (asked.length === 0) return [];
    return [{ constraint, problem: change.problem, sentence: `If ${change.condition}, ${names(asked)} could be asked.` }];
  });
}

const relax: Readonly<Record<HardConstraint, (problem: Problem, near: readonly Assessment[]) => Change | undefined>> = {
  enabled: (problem, near) => ({
    problem: withTargets(problem, near, (state) => ({ ...state, target: { ...state.target, enabled: true } })),
    condition: 'it were switched on in the configuration',
  }),

  privacy(problem, near) {
    const privacy = privacyLevels.find((level) => near.some(({ state }) => isAllowed(level, state.target.privacy)));
    if (!privacy) return undefined;
    const place = privacy === 'any' ? 'a provider' : "one's own cloud";
    return { problem: withConstraints(problem, { privacy }), condition: `the prompt might be sent to ${place} (privacy ${privacy})` };
  },

  region(problem, near) {
    const { region } = first(near).state.target;
    return { problem: withConstraints(problem, { region }), condition: `the region might be ${region}` };
  },

  tier_floor(problem, near) {
    const tier = tiers.findLast((it) => near.some(({ state }) => state.target.tier === it));
    if (!tier) return undefined;
    const { tierFloor: _, ...rest } = problem.constraints;
    return {
      problem: { ...problem, constraints: tier === 'local' ? rest : { ...rest, tierFloor: tier } },
      condition: tier === 'local' ? 'there were no tier floor' : `the tier floor were ${tier}`,
    };
  },

  capability(problem, near) {
    const lackingOf = ({ state: { target } }: Assessment) => problem.needs.filter((need) => !target.capabilities.includes(need));
    const lacking = lackingOf(least(near, (it) => lackingOf(it).length));
    const needs = problem.needs.filter((need) => !lacking.includes(need));
    return { problem: { ...problem, needs }, condition: `the request needed no ${list(lacking.map((need) => needWords[need]), 'and no')}` }; // prettier-ignore
  },

  context_window(problem, near) {
    const roomOf = ({ state: { target }, promptTokens }: Assessment) =>
      Math.min(target.contextWindow - promptTokens, target.maxOutputTokens);
    const roomiest = least(near, (it) => -roomOf(it));
    if (problem.askedOutput !== undefined && roomOf(roomiest) >= 1) {
      const askedOutput = roomOf(roomiest);
      return { problem: { ...problem, askedOutput }, condition: `the answer were bounded to ${tokens(askedOutput)}` };
    }
    const excessOf = (it: Assessment) => it.promptTokens - promptRoom(problem, it);
    const closest = least(near, excessOf);
    const room = promptRoom(problem, closest);
    if (room < 1 || excessOf(closest) <= 0) return undefined;
    return {
      problem: { ...problem, promptTokens: { native: room, foreign: room } },
      condition: `the prompt had at most ${tokens(room)}, not ${tokens(closest.promptTokens)}`,
    };
  },

  health: (problem, near) => ({
    problem: withTargets(problem, near, (state) => ({ ...state, down: undefined })),
    condition: 'it could be reached again',
  }),

  max_cost(problem, near) {
    const { worstCaseUsd } = least(near, ({ estimate }) => estimate.worstCaseUsd).estimate;
    const now = dollars(problem.constraints.maxCostUsd ?? 0);
    const condition = `the request might cost up to ${dollars(worstCaseUsd)}, not ${now}`;
    return { problem: withConstraints(problem, { maxCostUsd: worstCaseUsd }), condition };
  },

  max_latency(problem, near) {
    const { latencyP95Ms } = least(near, ({ estimate }) => estimate.latencyP95Ms).estimate;
    const now = time(problem.constraints.maxLatencyMs ?? 0);
    const condition = `the request might take up to ${time(latencyP95Ms)}, not ${now}`;
    return { problem: withConstraints(problem, { maxLatencyMs: latencyP95Ms }), condition };
  },

  budget(problem, near) {
    const { budget } = problem;
    if (!budget) return undefined;
    const { worstCaseUsd } = least(near, ({ estimate }) => estimate.worstCaseUsd).estimate;
    const committedMicros = Math.min(toMicros(budget.committedUsd), toMicros(budget.limitUsd));
    const limitUsd = toUsd(committedMicros + toMicros(worstCaseUsd));
    const renewed =
      budget.period === 'day' && toMicros(worstCaseUsd) <= toMicros(budget.limitUsd) ? ' (it is renewed at midnight UTC)' : '';
    return {
      problem: { ...problem, budget: { ...budget, limitUsd, committedUsd: toUsd(committedMicros) } },
      condition: `the budget had ${dollars(worstCaseUsd)} left, not ${dollars(toUsd(leftMicros(budget)))}${renewed}`,
    };
  },
};

/** The longest prompt that leaves room for the answer. */
function promptRoom({ askedOutput, taskClass }: Problem, { state: { target, track } }: Assessment): number {
  return target.contextWindow - (askedOutput ?? Math.min(target.maxOutputTokens, Math.ceil(expectedOutput(track, taskClass, 1))));
}

const withConstraints = (problem: Problem, changed: Problem['constraints']): Problem => ({
  ...problem,
  constraints: { ...problem.constraints, ...changed },
});

function withTargets(problem: Problem, near: readonly Assessment[], change: (state: TargetState) => TargetState): Problem {
  const changed = new Set(near.map(({ state }) => state));
  return { ...problem, targets: problem.targets.map((state) => (changed.has(state) ? change(state) : state)) };
}

/** The target by which the value is least; of equal ones that with the first id, whatever order they come in. */
const least = (near: readonly Assessment[], value: (it: Assessment) => number): Assessment =>
  near.reduce((best, it) => (value(it) - value(best) || compareIds(it, best)) < 0 ? it : best); // prettier-ignore

const first = (near: readonly Assessment[]) => least(near, () => 0);

const compareIds = (a: Assessment, b: Assessment) => order(a.state.target, b.state.target);
const order = (a: PlannerTarget, b: PlannerTarget) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function names(states: readonly TargetState[]): string {
  const all = states.map(({ target }) => target).sort(order).map(({ name }) => name); // prettier-ignore
  const named = all.slice(0, mostNamed);
  return list(all.length > named.length ? [...named, `${all.length - named.length} more`] : named, 'or');
}
