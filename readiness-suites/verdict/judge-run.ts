import type { SuiteIdentity } from '../evidence.js';
import { compareBaseline, type Baseline, type BaselineChange } from './baseline.js';
import { judgeSuite, type SuiteVerdict } from './judge-suite.js';
import type { ModeResult, RunFacts } from './mode-result.js';
import { rankOf, worstState, type ReadinessState } from './readiness-state.js';

/** What is said of a whole run. */
export interface RunVerdict {
  readonly state: ReadinessState;
  /** The suites, the one that decides first. */
  readonly suites: readonly SuiteVerdict[];
  /** Why the run says less than its suites: it was stopped, something could not be loaded, a suite was left out. */
  readonly reservations: readonly string[];
  /** Undefined if there is no baseline. */
  readonly changes: readonly BaselineChange[] | undefined;
}

/** Judges every suite that the results belong to, and composes the verdicts to the worst of them. */
export function judgeRun(results: readonly ModeResult[], run: RunFacts, baseline: Baseline | undefined): RunVerdict {
  const groups = new Map<string, ModeResult[]>();
  for (const result of results) groups.set(keyOf(result.suite), [...(groups.get(keyOf(result.suite)) ?? []), result]);
  const suites = [...groups.values()].map(judgeSuite).toSorted(worstFirst);
  const changes = baseline && compareBaseline(baseline, suites);
  const gone = changes?.filter(({ kind }) => kind === 'gone') ?? [];
  const states = [
    ...suites.map(({ state }) => state),
    ...(run.problems.length > 0 ? (['harness_error'] as const) : []),
    ...(run.interrupted || (suites.length > 0 && gone.length > 0) ? (['incomplete'] as const) : []),
  ];
  return {
    state: states.length === 0 ? 'empty' : worstState(states),
    suites,
    reservations: [
      ...run.problems,
      ...(run.interrupted ? ['the run was stopped before its end'] : []),
      ...gone.map(({ agent, text }) => `${agent}: ${text}`),
    ],
    changes,
  };
}

const keyOf = ({ project, file, line, agent }: SuiteIdentity) => [file, String(line).padStart(6, '0'), agent, project].join('\0');

function worstFirst(one: SuiteVerdict, other: SuiteVerdict): number {
  const [a, b] = [keyOf(one.suite), keyOf(other.suite)];
  return rankOf(other.state) - rankOf(one.state) || one.score.atLeast - other.score.atLeast || (a < b ? -1 : Number(a > b));
}
