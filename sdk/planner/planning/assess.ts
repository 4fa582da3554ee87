import { toMicros } from '../../models/cost.js';
import type { Privacy } from '../constraints.js';
import { hardConstraints, type Estimate, type HardConstraint } from '../plan.js';
import { tiers, type PrivacyClass } from '../target.js';
import { leftMicros } from './budget-state.js';
import { estimate, expectedOutput } from './estimate.js';
import type { Problem, TargetState } from './problem.js';
import { dollars, list, needWords, time, tokens } from './words.js';

/** A target held against everything that a request demands. */
export interface Assessment {
  readonly state: TargetState;
  readonly estimate: Estimate;
  readonly promptTokens: number;
  /** The longest answer that it is planned with. */
  readonly maxOutput: number;
  /** What stands in its way, in the order of `hardConstraints`; empty if it may be asked. */
  readonly violations: readonly Violation[];
}

export interface Violation {
  readonly constraint: HardConstraint;
  readonly reason: string;
}

/** Holds a target against all constraints; every one that it breaks is named, so that one can tell what would change it. */
export function assess(problem: Problem, state: TargetState): Assessment {
  const { target, track, native } = state;
  const promptTokens = native ? problem.promptTokens.native : problem.promptTokens.foreign;
  const room = Math.max(0, target.contextWindow - promptTokens);
  const maxOutput = problem.askedOutput ?? Math.min(target.maxOutputTokens, room);
  const estimated = estimate(target, track, problem.taskClass, promptTokens, maxOutput * problem.choices, problem.choices);
  const facts = { problem, state, estimate: estimated, promptTokens, maxOutput, room };
  const violations: Violation[] = [];
  for (const constraint of hardConstraints) {
    const reason = filters[constraint](facts);
    if (reason !== undefined) violations.push({ constraint, reason });
  }
  return { state, estimate: estimated, promptTokens, maxOutput, violations };
}

interface Facts extends Omit<Assessment, 'violations'> {
  readonly problem: Problem;
  readonly room: number;
}

/** Whether a prompt of that privacy may be seen there. */
export const isAllowed = (privacy: Privacy, seenBy: PrivacyClass): boolean => allowed[privacy].includes(seenBy);

const allowed: Readonly<Record<Privacy, readonly PrivacyClass[]>> = {
  'local-only': ['local'],
  'local-or-vpc': ['local', 'vpc'],
  any: ['local', 'vpc', 'public'],
};

const whereWords: Readonly<Record<PrivacyClass, string>> = {
  local: 'it runs on this machine',
  vpc: "it runs in one's own cloud",
  public: 'it runs at a provider',
};

/** Why a target is out of the question, for each constraint; undefined if the constraint holds. */
const filters: Readonly<Record<HardConstraint, (facts: Facts) => string | undefined>> = {
  enabled: ({ state }) => (state.target.enabled ? undefined : 'it is switched off in the configuration'),

  privacy({ problem: { constraints }, state: { target } }) {
    const { privacy = 'any' } = constraints;
    if (isAllowed(privacy, target.privacy)) return undefined;
    return `${whereWords[target.privacy]}, and only ${list(allowed[privacy].map((it) => placeWords[it]), 'or')} is allowed`; // prettier-ignore
  },

  region({ problem: { constraints }, state: { target } }) {
    const { region } = constraints;
    return region === undefined || isWithin(target.region, region) ? undefined : `its region is ${target.region}, not ${region}`;
  },

  tier_floor({ problem: { constraints }, state: { target } }) {
    const { tierFloor } = constraints;
    if (tierFloor === undefined || tiers.indexOf(target.tier) >= tiers.indexOf(tierFloor)) return undefined;
    return `its tier is ${target.tier}, below ${tierFloor}`;
  },

  capability({ problem: { needs }, state: { target } }) {
    const lacking = needs.filter((need) => !target.capabilities.includes(need));
    return lacking.length === 0
      ? undefined
      : `it has no ${list(
          lacking.map((need) => needWords[need]),
          'and no',
        )}`;
  },

  context_window({ problem, state: { target, track }, promptTokens, room }) {
    const { askedOutput, taskClass } = problem;
    if (askedOutput !== undefined && askedOutput > target.maxOutputTokens)
      return `its answers have at most ${tokens(target.maxOutputTokens)}, and ${tokens(askedOutput)} are asked for`;
    // Without a bound of its own an answer takes what room there is, as long as a usual one fits.
    const needed = askedOutput ?? Math.min(target.maxOutputTokens, Math.ceil(expectedOutput(track, taskClass, 1)));
    if (needed <= room) return undefined;
    return `prompt and answer need ${tokens(promptTokens + needed)}, and it has room for ${tokens(target.contextWindow)}`;
  },

  health: ({ state }) => state.down,

  max_cost({ problem: { constraints }, estimate: { worstCaseUsd } }) {
    const { maxCostUsd } = constraints;
    if (maxCostUsd === undefined || toMicros(worstCaseUsd) <= toMicros(maxCostUsd)) return undefined;
    return `it could cost ${dollars(worstCaseUsd)}, more than ${dollars(maxCostUsd)}`;
  },

  max_latency({ problem: { constraints }, estimate: { latencyP95Ms } }) {
    const { maxLatencyMs } = constraints;
    if (maxLatencyMs === undefined || latencyP95Ms <= maxLatencyMs) return undefined;
    return `it may take ${time(latencyP95Ms)}, longer than ${time(maxLatencyMs)}`;
  },

  budget({ problem: { budget }, estimate: { worstCaseUsd } }) {
    if (!budget || toMicros(worstCaseUsd) <= leftMicros(budget)) return undefined;
    return `it could cost ${dollars(worstCaseUsd)}, more than the budget has left`;
  },
};

const placeWords: Readonly<Record<PrivacyClass, string>> = { local: 'this machine', vpc: "one's own cloud", public: 'a provider' };

/** `eu-west-1` is in `eu`. */
const isWithin = (region: string, wanted: string) =>
  region.toLowerCase() === wanted.toLowerCase() || region.toLowerCase().startsWith(`${wanted.toLowerCase()}-`);
