import type { Arm, Category } from './evidence.js';
import type { Scene } from './scene.js';
import type { Observation } from './trial/observation.js';
import type { TrialPlan } from './trial/run-trial.js';

/** How a trial came out, and why, in words of the user's world. */
export interface Finding {
  readonly passed: boolean;
  readonly reason: string;
}

/** What a variant changes about a trial in which nothing goes wrong. */
export type VariantPlan = Pick<TrialPlan, 'fault'> & Partial<Omit<TrialPlan, 'arm' | 'fault' | 'classify'>>;

/** One form of a mode's fault. */
export interface Variant {
  /** Unique in its mode, in kebab-case. */
  readonly id: string;
  /** What happens, in a few words. */
  readonly title: string;
  /** Where it can be tried. Default: both arms; `['durable']` for a fault that needs an engine to go wrong. */
  readonly arms?: readonly Arm[];
  /** Most of its time is spent waiting, so that it should begin early. */
  readonly waits?: boolean;
  plan(arm: Arm, seed: number): VariantPlan;
  /** A trial that has been made already, if this one would be no different. */
  observed?(arm: Arm): Observation;
  /** Decides on what was seen; only asked if the fault has fired. */
  judge(seen: Observation): Finding;
  /** Whether the world confirms that the fault happened. Default: it has noted at least one place. */
  fired?(seen: Observation): boolean;
}

/** A way in which agents fail, how to bring it about, and what passing means. */
export interface Mode {
  /** In snake_case. */
  readonly id: string;
  /** The name of its test. */
  readonly title: string;
  readonly category: Category;
  /** What it counts for in the score. */
  readonly weight: number;
  /** What the reader has to know of how this mode looks at the agent. */
  notes?(scene: Scene): readonly string[];
  /** The forms that this agent can meet; none, with the reason, if it cannot meet the fault at all. */
  variants(scene: Scene): readonly Variant[] | { readonly none: string };
}

export const pass = (reason: string): Finding => ({ passed: true, reason });
export const fail = (reason: string): Finding => ({ passed: false, reason });

/** The first finding that fails, or the last one. */
export function firstFailure(...findings: readonly (Finding | undefined)[]): Finding {
  const made = findings.filter((it) => it !== undefined);
  return made.find(({ passed }) => !passed) ?? made.at(-1)!;
}
