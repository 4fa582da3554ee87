import type { Arm, ModeEvidence, PromptEvidence, ToolEvidence, TrialEvidence, VariantEvidence } from './evidence.js';
import type { Finding, Mode, Variant } from './mode.js';
import { wasApproved } from './judgement.js';
import { observabilityOf } from './observability.js';
import type { Scene } from './scene.js';
import { costOf, type Observation } from './trial/observation.js';
import { runTrial, type TrialPlan } from './trial/run-trial.js';

const arms: readonly Arm[] = ['naked', 'durable'];
const keptTools = 60;
const keptPrompts = 40;

/** How often and from where each variant of a mode is tried. */
export interface ModeRun {
  readonly seed: number;
  readonly trials: number;
  readonly signal: AbortSignal;
  /** Told when a trial is over. */
  readonly onTrial?: (done: number, of: number) => void;
}

/** What a mode is, before it has run. */
export const emptyEvidence = ({ id, title, category, weight }: Mode): ModeEvidence => ({
  id,
  title,
  category,
  weight,
  variants: [],
  harnessError: undefined,
  notes: [],
});

/** Runs all variants of a mode in both arms, each under the identical fault. */
export async function runMode(mode: Mode, scene: Scene, run: ModeRun): Promise<ModeEvidence> {
  const variants = mode.variants(scene);
  if ('none' in variants) return { ...emptyEvidence(mode), notes: [variants.none] };
  const jobs = variants.flatMap((variant) =>
    (variant.arms ?? arms).flatMap((arm) => Array.from({ length: run.trials }, (_, trial) => ({ variant, arm, seed: run.seed + trial }))),
  );
  let done = 0;
  const results = await Promise.all(
    jobs.map(({ variant, arm, seed }) =>
      scene.lanes.run(async ({ leave }) => {
        // Where it has stopped answering, what is still to come is not begun.
        scene.liveModel?.assertAnswering();
        const evidence = await tryVariant(mode, variant, arm, seed, scene, run.signal, leave);
        scene.liveModel?.assertAnswering();
        run.onTrial?.(++done, jobs.length);
        return evidence;
      }, variant.waits),
    ),
  );
  return {
    ...emptyEvidence(mode),
    notes: [...(scene.liveModel ? [scene.liveModel.note] : []), ...(mode.notes?.(scene) ?? [])],
    variants: variants.map((variant): VariantEvidence => {
      const { id, title } = variant;
      return { id, title, trials: results.filter((_, i) => jobs[i]!.variant === variant) };
    }),
  };
}

async function tryVariant(
  mode: Mode,
  variant: Variant,
  arm: Arm,
  seed: number,
  scene: Scene,
  signal: AbortSignal,
  onWait: () => void,
): Promise<TrialEvidence> {
  const { approveExpected: approve, behaviour, classify, ground } = scene;
  const plan = variant.plan(arm, seed);
  const usual = { approve, behaviour, randomness: `${seed} ${mode.id} ${variant.id}`, onWait };
  const attempt = (more: Partial<TrialPlan>) => runTrial(ground, { ...usual, ...variant.plan(arm, seed), arm, classify, ...more }, signal);
  const hasFired = (it: Observation) => (variant.fired ? variant.fired(it) : it.fired.length > 0);
  let seen = variant.observed?.(arm) ?? (await attempt({}));
  // Whether a process remembers something that keeps it away from the fault, only one that has done nothing before can tell.
  if (!hasFired(seen) && !seen.inOwnProcess) seen = await attempt({ ownProcess: true });
  const fired = hasFired(seen);
  const finding: Finding = fired
    ? variant.judge(seen)
    : { passed: false, reason: `the fault did not come about: ${plan.fault.description}` };
  return {
    arm,
    seed,
    outcome: fired ? (finding.passed ? 'passed' : 'failed') : 'not_fired',
    reason: finding.reason,
    fault: { description: plan.fault.description, fired, at: seen.fired[0] },
    end: seen.end,
    lives: seen.lives,
    ...(seen.atOnce > 1 && { atOnce: seen.atOnce }),
    tools: seen.tools.slice(0, keptTools).map((entry): ToolEvidence => {
      const { values: _values, scope: _scope, answer: _answer, ...told } = entry;
      return { ...told, approved: entry.kind === 'effect' && seen.gates.length > 0 ? wasApproved(seen, entry) : undefined };
    }),
    prompts: seen.prompts
      .slice(0, keptPrompts)
      .map(({ text: _text, request: _request, stream: _stream, isAnswered: _isAnswered, ...it }): PromptEvidence => it),
    costUsd: costOf(seen),
    durationMs: seen.durationMs,
    observability: observabilityOf(seen),
    stderr: finding.passed || seen.stderr === '' ? undefined : seen.stderr,
  };
}
