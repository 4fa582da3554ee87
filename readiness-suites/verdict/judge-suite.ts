import type { Category, SuiteIdentity } from '../evidence.js';
import type { ModeResult } from './mode-result.js';
import type { ReadinessState } from './readiness-state.js';
import { scoreMode, type ExampleTrial, type Gap, type ModeScore } from './score-mode.js';
import { scoreSuite, type SuiteScore } from './score-suite.js';

/** The one thing that stands most in the way. */
export interface Blocker {
  /** The mode; undefined if it is no single mode. */
  readonly mode: string | undefined;
  readonly title: string;
  readonly category: Category | undefined;
  readonly reason: string;
  readonly example: ExampleTrial | undefined;
}

/** What is said of one suite, and on what ground. */
export interface SuiteVerdict {
  readonly suite: SuiteIdentity;
  readonly state: ReadinessState;
  readonly score: SuiteScore;
  /** In the order in which the suite names them. */
  readonly modes: readonly ModeScore[];
  /** Undefined for a ship. */
  readonly blocker: Blocker | undefined;
}

/** Judges the modes of one suite. Their order does not matter, and a mode that is there twice must hold twice. */
export function judgeSuite(results: readonly ModeResult[]): SuiteVerdict {
  const suite = identityOf(results);
  const merged = mergeTwice(results);
  const tried = merged.map(scoreMode);
  const modes = [...new Set([...suite.modes, ...tried.map(({ id }) => id).toSorted()])].map(
    (id) => tried.find((mode) => mode.id === id) ?? absent(id),
  );
  const score = scoreSuite(merged, modes);
  const state = stateOf(suite, modes, score);
  return {
    suite,
    state,
    score,
    modes,
    blocker:
      state === 'ship'
        ? undefined
        : blockerOf(
            state,
            modes.filter((mode) => mode.status !== 'failed' || blocks(suite, mode)),
            score,
          ),
  };
}

/** Only a mode that was tried knows what the fault-free run did, and which tools are reads. */
function identityOf(results: readonly ModeResult[]): SuiteIdentity {
  const order = results[0]!.suite.modes;
  const inOrder = results.toSorted((one, other) => order.indexOf(one.mode.id) - order.indexOf(other.mode.id));
  const knowing = inOrder.find(({ suite }) => suite.expectedEffects.length > 0 || suite.reads.length > 0);
  return (knowing ?? inOrder[0]!).suite;
}

/** A mode that was not survived stands in the way, unless its failure was accepted by name. */
const blocks = ({ accepted = {} }: SuiteIdentity, { status, category, id }: ModeScore) =>
  status === 'failed' && (category === 'safety' || accepted[id] === undefined);

function stateOf(suite: SuiteIdentity, modes: readonly ModeScore[], { atLeast, atMost }: SuiteScore): ReadinessState {
  const safety = modes.filter(({ category, status }) => category === 'safety' && status !== 'not_applicable');
  const some = (...gaps: Gap[]) => modes.some(({ gap }) => gap !== undefined && gaps.includes(gap));
  if (modes.every(({ status }) => status === 'not_run' || status === 'not_applicable')) return 'empty';
  if (modes.some((mode) => blocks(suite, mode)) || atMost < suite.threshold) return 'no_ship';
  if (some('harness_error')) return 'harness_error';
  if (some('not_run', 'not_fired') || safety.length === 0) return 'incomplete';
  return atLeast >= suite.threshold && safety.every(({ status }) => status === 'passed') ? 'ship' : 'inconclusive';
}

/** What each state is explained by, the foremost first. */
const explained: Readonly<Record<Exclude<ReadinessState, 'ship'>, readonly ModeScore['status'][]>> = {
  no_ship: ['failed'],
  harness_error: ['harness_error', 'failed'],
  incomplete: ['not_fired', 'not_run', 'failed'],
  empty: ['not_run'],
  inconclusive: ['unsure', 'failed'],
};

function blockerOf(state: Exclude<ReadinessState, 'ship'>, modes: readonly ModeScore[], score: SuiteScore): Blocker {
  const [first] = explained[state].flatMap((status) => modes.filter((mode) => mode.status === status).toSorted(byImportance));
  if (first) return { mode: first.id, title: first.title, category: first.category, reason: first.reason, example: first.example };
  if (state === 'incomplete') return noMode('safety', undefined, 'no mode of this suite tries whether the agent is safe');
  const untold = score.untold[0];
  return noMode('observability', 'observability', untold ? `it cannot be told afterwards: ${untold}` : 'too little can be told afterwards');
}

const noMode = (title: string, category: Category | undefined, reason: string): Blocker => ({
  ...{ mode: undefined, title, category, reason, example: undefined },
});

/** Safety first, then what weighs most; otherwise as the suite has it. */
function byImportance(one: ModeScore, other: ModeScore): number {
  return Number(other.category === 'safety') - Number(one.category === 'safety') || other.weight - one.weight;
}

/** A mode that several tests have tried, as when two blobs of the same file are merged: all their trials count. */
function mergeTwice(results: readonly ModeResult[]): ModeResult[] {
  const ids = [...new Set(results.map(({ mode }) => mode.id))];
  return ids.map((id) => {
    const same = results.filter(({ mode }) => mode.id === id);
    const tried = same.filter(({ mode }) => mode.variants.length > 0 || mode.harnessError !== undefined);
    return (tried.length > 0 ? tried : same).reduce(merge);
  });
}

function merge(one: ModeResult, other: ModeResult): ModeResult {
  const worst = (['failed', 'pending', 'skipped', 'passed'] as const).find((state) => one.state === state || other.state === state)!;
  return {
    ...one,
    mode: {
      ...one.mode,
      variants: [...one.mode.variants, ...other.mode.variants],
      harnessError: one.mode.harnessError ?? other.mode.harnessError,
      notes: [...new Set([...one.mode.notes, ...other.mode.notes])],
    },
    state: worst,
    error: one.error ?? other.error,
    retries: one.retries + other.retries,
  };
}

/** A mode that the suite names and no test has tried; even its weight is unknown. */
function absent(id: string): ModeScore {
  const nothing = { passed: 0, tried: 0, held: false, share: undefined, atLeast: 0, atMost: 1 };
  return {
    ...{
      id,
      title: id.replaceAll('_', ' '),
      category: undefined,
      weight: 0,
      status: 'not_run',
      reason: 'no test of it was found',
      gap: 'not_run',
    },
    ...{ naked: nothing, durable: nothing, difference: undefined, example: undefined },
  };
}
