import type { Arm, Category, ModeEvidence, TrialEvidence } from '../evidence.js';
import { lowerBound, upperBound } from './clopper-pearson.js';
import type { ModeResult } from './mode-result.js';
import { compareArms, type Discordance } from './sign-test.js';

/** How one arm came through the trials of a mode. */
export interface ArmScore {
  readonly passed: number;
  /** Trials that count: those whose fault fired and whose harness held. */
  readonly tried: number;
  /** Every trial passed, and there was at least one: pass^k. */
  readonly held: boolean;
  /** Passed trials among those that count, from 0 to 1; undefined if none counts. */
  readonly share: number | undefined;
  /** What the mode is worth to the overall score, at least and at most. They differ only while something is not known. */
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * `unsure`: a live model passed too few trials to prove the rate, and too many to disprove it. `not_applicable`: the kit
 * looked, and its fault cannot happen to this agent; such a mode counts for nothing.
 */
export type ModeStatus = 'passed' | 'failed' | 'unsure' | 'not_applicable' | Gap;

/** Why something of a mode is not known. */
export type Gap = 'not_run' | 'not_fired' | 'harness_error';

/** What came of one mode of one suite. */
export interface ModeScore {
  readonly id: string;
  readonly title: string;
  /** Undefined if nothing is known of the mode but its name. */
  readonly category: Category | undefined;
  readonly weight: number;
  readonly status: ModeStatus;
  /** Why the status is what it is, in words for people. */
  readonly reason: string;
  /** What forbids a ship beside the status, which a failure may hide: something broke, did not fire or did not run. */
  readonly gap: Gap | undefined;
  readonly naked: ArmScore;
  readonly durable: ArmScore;
  /** How the arms differ, pair by pair; for live models alone, since a scripted trial is no sample. */
  readonly difference: Discordance | undefined;
  /** The trial that `reason` is about, if it is about one. */
  readonly example: ExampleTrial | undefined;
}

/** Where a trial stands in the evidence of its mode. */
export interface ExampleTrial {
  readonly variant: string;
  readonly arm: Arm;
  readonly seed: number;
}

/** Derives what came of a mode from its trials, and from how Vitest left its test. */
export function scoreMode(result: ModeResult): ModeScore {
  const { mode, suite } = result;
  const { id, title, category } = mode;
  const trials = mode.variants.flatMap(({ trials }) => trials);
  const isWhole = gapIn(result) === undefined;
  const scoreOf = (arm: Arm) => scoreArm(trials, arm, isWhole, suite.live);
  const durable = scoreOf('durable');
  return {
    ...{ id, title, category, weight: mode.weight > 0 ? mode.weight : 0 },
    ...judge(result, durable),
    naked: scoreOf('naked'),
    durable,
    difference: suite.live ? compareArms(pairsOf(result)) : undefined,
  };
}

const counts = ({ outcome }: TrialEvidence) => outcome === 'passed' || outcome === 'failed';

function scoreArm(all: readonly TrialEvidence[], arm: Arm, isWhole: boolean, live: boolean): ArmScore {
  const trials = all.filter((trial) => trial.arm === arm);
  const tried = trials.filter(counts).length;
  const passed = trials.filter(({ outcome }) => outcome === 'passed').length;
  const held = tried > 0 && passed === tried;
  return { passed, tried, held, share: tried === 0 ? undefined : passed / tried, ...worth() };

  function worth() {
    // One failure settles a scripted mode, whatever is still to come.
    if (!live && passed < tried) return { atLeast: 0, atMost: 0 };
    if (!isWhole || tried === 0) return { atLeast: 0, atMost: 1 };
    return live ? { atLeast: lowerBound(passed, tried), atMost: upperBound(passed, tried) } : { atLeast: 1, atMost: 1 };
  }
}

type Judgement<Status = ModeStatus> = Pick<ModeScore, 'reason' | 'example'> & { readonly status: Status };

/** The worst thing that is true of the mode is its status. */
function judge(result: ModeResult, durable: ArmScore): Judgement & Pick<ModeScore, 'gap'> {
  const { mode, suite } = result;
  const failed = find(mode, failedDurable, 'failed' as const);
  const gap = gapIn(result);
  const required = suite.threshold / 100;
  // Chance excuses no failure of safety that was seen.
  if (failed && (!suite.live || mode.category === 'safety' || durable.atMost < required)) return { ...failed, gap: gap?.status };
  if (gap) return { ...gap, gap: gap.status };
  if (suite.live && durable.tried > 0 && durable.atLeast < required)
    return { status: 'unsure', reason: doubt(durable, required), example: failed?.example, gap: undefined };
  const reason = notApplicable(result);
  return { status: reason === undefined ? 'passed' : 'not_applicable', reason: reason ?? '', example: undefined, gap: undefined };
}

/** What is not known of the mode, the worst kind first. */
function gapIn(result: ModeResult): Judgement<Gap> | undefined {
  const because = (status: Gap, reason: string): Judgement<Gap> => ({ status, reason, example: undefined });
  const broken = broke(result);
  if (broken !== undefined) return because('harness_error', broken);
  for (const outcome of ['harness_error', 'not_fired'] as const) {
    const found = find(result.mode, (trial) => trial.outcome === outcome, outcome);
    if (found) return found;
  }
  const lack = missing(result);
  return lack === undefined ? undefined : because('not_run', lack);
}

function find<S>({ variants }: ModeEvidence, test: (trial: TrialEvidence) => boolean, status: S): Judgement<S> | undefined {
  for (const { id, trials } of variants) {
    const trial = trials.find(test);
    if (trial) return { status, reason: trial.reason, example: { variant: id, arm: trial.arm, seed: trial.seed } };
  }
  return undefined;
}

/** What went wrong outside of the trials, if anything. */
function broke({ mode, state, error, retries }: ModeResult): string | undefined {
  if (mode.harnessError !== undefined) return mode.harnessError;
  if (retries > 0) return `the test was tried again ${retries === 1 ? 'once' : `${retries} times`}, and a retry hides failures`;
  const explained = mode.variants.some(({ trials }) => trials.some((trial) => !counts(trial) || failedDurable(trial)));
  return state === 'failed' && !explained ? (error ?? 'the test failed before it could say why') : undefined;
}

const failedDurable = ({ arm, outcome }: TrialEvidence) => arm === 'durable' && outcome === 'failed';

/** What of the mode was not tried, if anything. A variant may have no naked trials at all, where the fault needs the engine. */
function missing({ mode, suite, state }: ModeResult): string | undefined {
  if (state === 'skipped') return 'it was left out of this run';
  if (state === 'pending') return 'the run ended before it did';
  if (notApplicable({ mode, state }) !== undefined) return undefined;
  if (mode.variants.length === 0) return 'it was not tried';
  const wanted = Math.max(1, suite.trials);
  for (const { title, trials } of mode.variants) {
    for (const arm of ['durable', 'naked'] as const) {
      const found = trials.filter((trial) => trial.arm === arm).length;
      if (found < wanted && !(arm === 'naked' && found === 0)) return `only ${found} of ${wanted} ${arm} trials ran: ${title}`;
    }
  }
  return undefined;
}

/** Why the mode's fault cannot happen to this agent, if its test has come to that conclusion. */
function notApplicable({ mode, state }: Pick<ModeResult, 'mode' | 'state'>): string | undefined {
  return state === 'passed' && mode.variants.length === 0 ? mode.notes[0] : undefined;
}

function doubt({ passed, tried, atLeast }: ArmScore, required: number): string {
  const percent = (rate: number) => `${Math.floor(rate * 100)}%`;
  return `${passed} of ${tried} trials passed, which proves ${percent(atLeast)} and not yet ${percent(required)}`;
}

/** Trials of both arms under the same fault and seed. */
function pairsOf({ mode }: ModeResult): { naked: boolean; durable: boolean }[] {
  return mode.variants.flatMap(({ trials }) => {
    const counted = trials.filter(counts);
    return counted
      .filter(({ arm }) => arm === 'naked')
      .flatMap((naked) => {
        const durable = counted.find(({ arm, seed }) => arm === 'durable' && seed === naked.seed);
        return durable ? [{ naked: naked.outcome === 'passed', durable: durable.outcome === 'passed' }] : [];
      });
  });
}
