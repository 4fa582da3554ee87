import { availableParallelism } from 'node:os';
import type { Arm, ModeEvidence, PromptEvidence, ToolEvidence, TrialEvidence, VariantEvidence } from './evidence.js';
import type { Finding, Mode, Variant } from './mode.js';
import { wasApproved } from './judgement.js';
import { observabilityOf } from './observability.js';
import type { Scene } from './scene.js';
import { costOf } from './trial/observation.js';
import { runTrial } from './trial/run-trial.js';

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
  const results = await inParallel(jobs, async ({ variant, arm, seed }) => {
    const evidence = await tryVariant(variant, arm, seed, scene, run.signal);
    scene.liveModel?.assertAnswering();
    run.onTrial?.(++done, jobs.length);
    return evidence;
  });
  return {
    ...emptyEvidence(mode),
    notes: scene.liveModel ? [scene.liveModel.note] : [],
    variants: variants.map((variant): VariantEvidence => {
      const { id, title } = variant;
      return { id, title, trials: results.filter((_, i) => jobs[i]!.variant === variant) };
    }),
  };
}

async function tryVariant(variant: Variant, arm: Arm, seed: number, scene: Scene, signal: AbortSignal): Promise<TrialEvidence> {
  const { approveExpected: approve, behaviour, classify, ground } = scene;
  const plan = variant.plan(arm, seed);
  const seen = variant.observed?.(arm) ?? (await runTrial(ground, { approve, behaviour, ...plan, arm, classify }, signal));
  const fired = variant.fired ? variant.fired(seen) : seen.fired.length > 0;
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

/** More at a time than there are processors, since many trials only wait. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(items.length, availableParallelism() + 2) }, lane));
  return results;
}
