import { toUsd } from '../../models/cost.js';
import { hardConstraints, type HardConstraint, type Infeasible } from '../plan.js';
import type { Assessment } from './assess.js';
import { leftMicros } from './budget-state.js';
import type { Problem } from './problem.js';
import { byId } from './rank.js';
import { relaxations } from './relaxations.js';
import { dollars, list, needWords, time } from './words.js';

/** Why nobody may be asked, and what would change that. */
export function infeasibility(problem: Problem, assessed: readonly Assessment[]): Infeasible {
  const constraint = failing(assessed);
  const changes = relaxations(problem, assessed).map(({ sentence }) => sentence);
  return {
    code: constraint === 'budget' ? 'budget_exhausted' : 'infeasible',
    constraint,
    message: messages[constraint](problem),
    wouldChange: changes.length > 0 ? changes : nearest(assessed),
  };
}

/** The first constraint after which no target is left. */
function failing(assessed: readonly Assessment[]): HardConstraint {
  let left = assessed;
  for (const constraint of hardConstraints) {
    left = left.filter(({ violations }) => violations.every((it) => it.constraint !== constraint));
    if (left.length === 0) return constraint;
  }
  throw new TypeError('a problem with a target that may be asked is feasible');
}

const none = 'No target that is otherwise allowed';

const messages: Readonly<Record<HardConstraint, (problem: Problem) => string>> = {
  enabled: () => 'All targets are switched off in the configuration.',
  privacy: ({ constraints: { privacy } }) =>
    `No target keeps the prompt ${privacy === 'local-only' ? 'on this machine' : "on this machine or in one's own cloud"}.`,
  region: ({ constraints: { region } }) => `${none} is in the region ${region}.`,
  tier_floor: ({ constraints: { tierFloor } }) => `${none} has the tier ${tierFloor}${tierFloor === 'economy' ? ' or a higher one' : ''}.`,
  capability: ({ needs }) => `${none} has ${list(needs.map((need) => needWords[need]))}.`,
  context_window: () => `${none} has room for the prompt and its answer.`,
  health: () => `${none} can be reached at the moment.`,
  max_cost: ({ constraints: { maxCostUsd } }) => `${none} is sure to cost no more than ${dollars(maxCostUsd ?? 0)}.`,
  max_latency: ({ constraints: { maxLatencyMs } }) => `${none} is fast enough for ${time(maxLatencyMs ?? 0)}.`,
  budget: ({ budget }) =>
    `The budget has ${dollars(budget ? toUsd(leftMicros(budget)) : 0)} left, less than any target that is otherwise allowed could cost.`,
};

/** Where no single change is enough: the target with the least in its way. */
function nearest(assessed: readonly Assessment[]): string[] {
  const [closest] = [...assessed].sort((a, b) => a.violations.length - b.violations.length || byId(a, b));
  if (!closest) return [];
  const reasons = closest.violations.map(({ reason }) => reason);
  return [`No single change is enough. Closest is ${closest.state.target.name}: ${reasons.join('; ')}.`];
}
