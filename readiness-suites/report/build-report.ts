import type { ModeEvidence, TrialEvidence } from '../evidence.js';
import type { SuiteVerdict } from '../verdict/judge-suite.js';
import type { ModeResult } from '../verdict/mode-result.js';
import type { RunVerdict } from '../verdict/judge-run.js';
import { boundTexts, longestList } from './bounded.js';
import { schemaVersion, type ModeReport, type ReadinessReport, type SuiteReport, type TrialReport } from './readiness-schema.js';
import { reproduceCommand } from './reproduce-command.js';

/**
 * Puts verdict and evidence together. Everything is in an order of its own, so that two runs with the same seeds differ
 * in nothing but times.
 */
export function buildReport(verdict: RunVerdict, results: readonly ModeResult[], run: ReadinessReport['run']): ReadinessReport {
  const vitestMajor = Number.parseInt(run.vitest, 10);
  return boundTexts({
    schemaVersion,
    state: verdict.state,
    reservations: verdict.reservations,
    changes: verdict.changes,
    suites: verdict.suites.map((suite) => suiteReport(suite, results, vitestMajor)),
    run,
  });
}

function suiteReport(
  { suite, state, score, modes, blocker }: SuiteVerdict,
  results: readonly ModeResult[],
  vitestMajor: number,
): SuiteReport {
  const { agent, file, line, project, seed, threshold, trials, live, reads, expectedEffects, options = {} } = suite;
  const own = results.filter((it) => isSame(it.suite, suite));
  return {
    ...{ agent, file, line, project, state, score, blocker },
    judgedBy: { modes: suite.modes, threshold, seed, trials, live, reads: [...reads].toSorted(), options: sortKeys(options) },
    expectedEffects,
    modes: modes.map((mode): ModeReport => {
      const tests = own.filter((it) => it.mode.id === mode.id);
      const evidence = tests.map((it) => it.mode);
      const [test] = tests;
      return {
        ...mode,
        reproduce: test && reproduceCommand(suite, test.testPath, vitestMajor),
        notes: [...new Set(evidence.flatMap(({ notes }) => notes))],
        variants: evidence.flatMap(variantsOf),
      };
    }),
  };
}

function isSame(one: SuiteVerdict['suite'], other: SuiteVerdict['suite']): boolean {
  return (['agent', 'file', 'line', 'project'] as const).every((key) => one[key] === other[key]);
}

const sortKeys = <T>(record: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)));

function variantsOf({ variants }: ModeEvidence): ModeReport['variants'] {
  return variants.map(({ id, title, trials }) => ({ id, title, trials: trials.map(trialReport).toSorted(byArmAndSeed) }));
}

/** The naked trials first, as the tables have them. */
function byArmAndSeed(one: TrialReport, other: TrialReport): number {
  return one.arm === other.arm ? one.seed - other.seed : one.arm === 'naked' ? -1 : 1;
}

function trialReport({ lives, tools, prompts, ...trial }: TrialEvidence): TrialReport {
  const kept = <T>(list: readonly T[]) => list.slice(0, longestList);
  const omitted = [lives, tools, prompts].reduce((sum, { length }) => sum + Math.max(0, length - longestList), 0);
  return { ...trial, lives: kept(lives), tools: kept(tools), prompts: kept(prompts), omitted };
}
