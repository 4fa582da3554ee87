import { toMicros } from '../../models/cost.js';
import type { Objective } from '../constraints.js';
import { taxonomyVersion, type Candidate, type Estimate, type Plan, type PlannedStep } from '../plan.js';
import { tiers } from '../target.js';
import { assess, type Assessment } from './assess.js';
import { isNearlyUsedUp, leftMicros } from './budget-state.js';
import type { Problem } from './problem.js';
import { byId, rank } from './rank.js';
import { infeasibility } from './infeasibility.js';
import { dollars, time } from './words.js';

/** Makes the plan: filters, ceilings, budget, ranking, in this order. It asks nobody and changes nothing. */
export function solve(problem: Problem): Plan {
  const assessed = problem.targets.map((state) => assess(problem, state));
  const { objective, objectiveBecause } = objectiveOf(problem);
  const ranked = rank(assessed.filter(({ violations }) => violations.length === 0), objective, problem.checked); // prettier-ignore
  const chain = chainOf(ranked);
  const shadow = problem.constraints.shadow ? shadowOf(problem, ranked, chain) : undefined;
  const chosen = { objective, chain, shadow };
  const inChain = new Set(chain);
  return {
    version: 1,
    taxonomyVersion,
    taskClass: problem.taskClass,
    constraints: problem.constraints,
    objective,
    objectiveBecause,
    promptTokens: Math.max(0, ...(ranked.length > 0 ? ranked : assessed).map((it) => it.promptTokens)),
    maxOutputTokens: problem.askedOutput ?? Math.max(0, ...(ranked.length > 0 ? ranked : assessed).map((it) => it.maxOutput)),
    chain: chain.map(stepOf),
    shadow: shadow && stepOf(shadow),
    candidates: [
      ...chain.map((it, place) => candidateOf(it, place, chosen)),
      ...ranked.filter((it) => !inChain.has(it)).map((it) => candidateOf(it, undefined, chosen)),
      ...assessed.filter(({ violations }) => violations.length > 0).sort((a, b) => tierOf(a) - tierOf(b) || byId(a, b)).map(excluded),
    ], // prettier-ignore
    infeasible: ranked.length === 0 ? infeasibility(problem, assessed) : undefined,
    cached: false,
    direct: false,
  };
}

function objectiveOf({ constraints, budget }: Problem): Pick<Plan, 'objective' | 'objectiveBecause'> {
  const { objective = 'cheapest' } = constraints;
  if (objective === 'cheapest' || !budget || !isNearlyUsedUp(budget)) return { objective, objectiveBecause: undefined };
  return { objective: 'cheapest', objectiveBecause: 'the budget is nearly used up' };
}

/**
 * Who is asked, in order: the best by the objective, then the others, those of a lower tier last. A primary that is known to
 * be good needs few behind it; as long as little is known all are in.
 */
function chainOf(ranked: readonly Assessment[]): Assessment[] {
  const [primary] = ranked;
  if (!primary) return [];
  const isLower = (it: Assessment) => tierOf(it) < tierOf(primary);
  const ordered = [...ranked.filter((it) => !isLower(it)), ...ranked.filter(isLower)];
  return ordered.slice(0, widthOf(primary.estimate));
}

function widthOf({ confidence, success }: Estimate): number {
  if (confidence === 'high' && success.lower >= 0.85) return 2;
  return confidence !== 'low' && success.lower >= 0.7 ? 3 : Infinity;
}

/** The target of which least is known, if little is known of it and money is there for it as well. */
function shadowOf(
  { constraints, budget }: Problem,
  ranked: readonly Assessment[],
  [primary]: readonly Assessment[],
): Assessment | undefined {
  if (!primary) return undefined;
  const limits = [
    ...(constraints.maxCostUsd === undefined ? [] : [toMicros(constraints.maxCostUsd)]),
    ...(budget ? [leftMicros(budget)] : []),
  ];
  const left = Math.min(...limits) - toMicros(primary.estimate.worstCaseUsd);
  const cold = ranked.filter((it) => it !== primary && it.estimate.confidence === 'low' && toMicros(it.estimate.worstCaseUsd) <= left);
  return cold.reduce<Assessment | undefined>((best, it) => (best && samplesOf(best) <= samplesOf(it) ? best : it), undefined);
}

/** `place`: in the chain, from 0; undefined for one that is not in it. */
function candidateOf(it: Assessment, place: number | undefined, { objective, chain, shadow }: Chosen): Candidate {
  const candidate = { ...named(it), constraint: undefined, estimate: it.estimate };
  if (place === 0) return { ...candidate, verdict: 'primary', reason: bestWords(it.estimate, objective, chain) };
  if (place !== undefined)
    return { ...candidate, verdict: 'escalation', reason: `${fallbackWords(it, chain[0]!)}${it === shadow ? '; also asked beside' : ''}` };
  if (it === shadow) return { ...candidate, verdict: 'shadow', reason: 'asked beside the answer, to learn of it' };
  return { ...candidate, verdict: 'not_needed', reason: 'those before it are known to be good enough' };
}

interface Chosen {
  readonly objective: Objective;
  readonly chain: readonly Assessment[];
  readonly shadow: Assessment | undefined;
}

function bestWords({ costUsd, latencyP50Ms }: Estimate, objective: Objective, chain: readonly Assessment[]): string {
  if (chain.length === 1 && objective !== 'cheapest') return 'the only one that is allowed';
  if (objective === 'fastest') return `the fastest that is allowed, about ${time(latencyP50Ms)}`;
  if (objective === 'most_capable') return 'the most capable that is allowed';
  return costUsd === 0 ? 'it costs nothing' : `the cheapest that is allowed, about ${dollars(costUsd)}`;
}

const fallbackWords = (it: Assessment, primary: Assessment) =>
  tierOf(it) < tierOf(primary) ? 'asked if those before it cannot be reached' : 'asked if those before it fail';

const excluded = (it: Assessment): Candidate => ({ ...named(it), verdict: 'excluded', ...it.violations[0]!, estimate: it.estimate });

const named = ({ state: { target } }: Assessment) => ({ targetId: target.id, targetName: target.name });

const stepOf = (it: Assessment): PlannedStep => ({ ...named(it), model: it.state.target.model, estimate: it.estimate });

const tierOf = ({ state }: Assessment) => tiers.indexOf(state.target.tier);
const samplesOf = ({ estimate }: Assessment) => estimate.success.samples;
