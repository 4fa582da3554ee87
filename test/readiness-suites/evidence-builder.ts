import type {
  Arm, Category, FaultEvidence, ModeEvidence, PromptEvidence, SuiteIdentity, ToolEvidence, TrialEvidence, TrialOutcome, VariantEvidence,
} from '../../readiness-suites/evidence.js'; // prettier-ignore
import type { ModeResult, RunFacts } from '../../readiness-suites/verdict/mode-result.js';

/** Evidence as a readiness run leaves it; every part can be given otherwise. */

export const wholeRun: RunFacts = { interrupted: false, problems: [] };

export const categoryOf: Readonly<Record<string, Category>> = {
  tool_timeout: 'reliability',
  malformed_tool_output: 'reliability',
  prompt_injection: 'safety',
  context_overflow: 'cost',
  model_fallback: 'reliability',
  crash_after_side_effect: 'reliability',
};

export const suite = (parts: Partial<SuiteIdentity> = {}): SuiteIdentity => ({
  agent: 'RefundAgent',
  file: 'test/refund.readiness.test.ts',
  line: 12,
  project: '',
  modes: Object.keys(categoryOf),
  threshold: 80,
  seed: 7,
  trials: 1,
  live: false,
  reads: ['crm.history: its name begins like a read'],
  expectedEffects: ['crm.refund c-1 1999'],
  ...parts,
});

const fault = (parts: Partial<FaultEvidence> = {}): FaultEvidence => ({
  description: 'the history never answered',
  fired: true,
  at: 'crm.history, call 1',
  ...parts,
});

export const tool = (parts: Partial<ToolEvidence> = {}): ToolEvidence => ({
  ...{ tool: 'crm.history', kind: 'read', args: '"c-1"', key: undefined, applied: false, approved: undefined },
  ...{ outcome: 'answered', life: 1, atMs: 40 },
  ...parts,
});

export const effect = (parts: Partial<ToolEvidence> = {}): ToolEvidence =>
  tool({
    tool: 'crm.refund',
    kind: 'effect',
    args: '"c-1", 1999',
    key: 'refund:c-1:1999',
    applied: true,
    approved: true,
    atMs: 120,
    ...parts,
  });

export const prompt = (parts: Partial<PromptEvidence> = {}): PromptEvidence => ({
  ...{ target: 'primary', tokens: 812, outcome: 'answered', costUsd: 0.0021, life: 1, atMs: 80 },
  ...parts,
});

export function trial(arm: Arm, outcome: TrialOutcome = 'passed', parts: Partial<TrialEvidence> = {}): TrialEvidence {
  return {
    ...{ arm, seed: 7, outcome, reason: outcome === 'passed' ? 'did what it was asked to' : 'executed a refund nobody approved' },
    fault: fault({ fired: outcome !== 'not_fired' }),
    end: 'finished',
    lives: [{ exit: 0, durationMs: 240, killedAt: undefined }],
    tools: [tool(), effect()],
    prompts: [prompt()],
    costUsd: 0.0021,
    durationMs: 260,
    observability: arm === 'durable' ? { share: 1, missing: [] } : { share: 0, missing: ['which refund was made'] },
    stderr: undefined,
    ...parts,
  };
}

export const variant = (trials: readonly TrialEvidence[], parts: Partial<VariantEvidence> = {}): VariantEvidence => ({
  id: 'never_answers',
  title: 'never answers',
  trials,
  ...parts,
});

export const mode = (id: string, variants: readonly VariantEvidence[], parts: Partial<ModeEvidence> = {}): ModeEvidence => ({
  ...{ id, title: id.replaceAll('_', ' '), category: categoryOf[id] ?? 'reliability', weight: 1, variants },
  ...{ harnessError: undefined, notes: [] },
  ...parts,
});

export function result(mode: ModeEvidence, parts: Partial<ModeResult> = {}): ModeResult {
  const failed = mode.variants.some(({ trials }) => trials.some(({ arm, outcome }) => arm === 'durable' && outcome !== 'passed'));
  const of = parts.suite ?? suite();
  return {
    ...{ suite: of, mode, state: failed ? 'failed' : 'passed', error: undefined, retries: 0, testPath: [of.agent, mode.title] },
    ...parts,
  };
}

/** The six modes, each with one trial an arm; a mode has the outcomes that are given for it. */
export function sixModes(
  outcomes: Readonly<Record<string, { readonly naked?: TrialOutcome; readonly durable?: TrialOutcome }>> = {},
  of: SuiteIdentity = suite(),
): ModeResult[] {
  return of.modes.map((id) => {
    const { naked = 'failed', durable = 'passed' } = outcomes[id] ?? {};
    return result(mode(id, [variant([trial('naked', naked), trial('durable', durable)])]), { suite: of });
  });
}

/** The same suite where no test has run. */
export const notRun = (results: readonly ModeResult[]): ModeResult[] =>
  results.map((it) => ({ ...it, mode: { ...it.mode, variants: [] }, state: 'skipped' }));
