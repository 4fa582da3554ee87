import { z } from 'zod';
import { describeIssues } from '../../sdk/definition/schema.js';
import { assertKnownFormat } from '../../sdk/errors/assert-known-format.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import type { SuiteIdentity } from '../evidence.js';
import type { SuiteVerdict } from './judge-suite.js';

/** The file at the root of the Vitest project that holds by what the suites were judged when somebody last looked. */
export const baselineFile = 'readiness.baseline.json';

const baselineSuite = z.strictObject({
  agent: z.string(),
  file: z.string(),
  project: z.string(),
  threshold: z.number(),
  trials: z.number(),
  live: z.boolean(),
  modes: z.array(z.strictObject({ id: z.string(), weight: z.number() })),
  reads: z.array(z.string()),
  options: z.record(z.string(), z.string()),
});

const baseline = z.strictObject({ version: z.literal(1), suites: z.array(baselineSuite) });

/** By what suites are judged: committed, so that a change to it is seen in a review. */
export type Baseline = z.infer<typeof baseline>;
type BaselineSuite = Baseline['suites'][number];

/** What is otherwise than in the baseline. `gone`: the suite was not part of the run. */
export interface BaselineChange {
  readonly kind: 'loosened' | 'tightened' | 'changed' | 'gone';
  readonly agent: string;
  /** In words: "the threshold is 60; it was 80". */
  readonly text: string;
}

/**
 * Reads the text of a baseline file.
 *
 * @throws {DurableFlowError} `DF_READINESS_BASELINE` if it is none, `DF_FORMAT_NEWER` if a newer version has written it.
 */
export function parseBaseline(text: string): Baseline {
  try {
    const parsed = JSON.parse(text) as unknown;
    assertKnownFormat(baselineFile, (parsed as { version?: unknown } | null)?.version, 1);
    return baseline.parse(parsed);
  } catch (cause) {
    if (cause instanceof DurableFlowError) throw cause;
    const what = cause instanceof z.ZodError ? describeIssues(cause.issues) : (cause as Error).message;
    throw new DurableFlowError('DF_READINESS_BASELINE', `${baselineFile} cannot be read: ${what}`, { cause });
  }
}

/** The baseline that these verdicts agree with. */
export function baselineOf(verdicts: readonly Pick<SuiteVerdict, 'suite' | 'modes'>[]): Baseline {
  return { version: 1, suites: verdicts.map(baselineSuiteOf).toSorted((one, other) => compare(keyOf(one), keyOf(other))) };
}

/** Every way in which the verdicts were made by other rules than the baseline's. */
export function compareBaseline(baseline: Baseline, verdicts: readonly Pick<SuiteVerdict, 'suite' | 'modes'>[]): BaselineChange[] {
  const now = verdicts.map(baselineSuiteOf);
  const known = new Set(baseline.suites.map(keyOf));
  return [
    ...baseline.suites.flatMap((before) => {
      const same = now.filter((suite) => keyOf(suite) === keyOf(before));
      if (same.length === 0) return [change('gone', before, `the suite in ${before.file} was not part of this run`)];
      return same.flatMap((suite) => compareSuites(before, suite));
    }),
    ...now.filter((suite) => !known.has(keyOf(suite))).map((suite) => change('changed', suite, 'the suite is not in the baseline')),
  ];
}

function compareSuites(before: BaselineSuite, now: BaselineSuite): BaselineChange[] {
  const number = (name: string, old: number, current: number) =>
    // What was not tried has no weight to compare.
    old === current || Number.isNaN(current)
      ? []
      : [change(current < old ? 'loosened' : 'tightened', now, `${name} is ${current}; it was ${old}`)];
  const weights = new Map(now.modes.map(({ id, weight }) => [id, weight]));
  const words = (id: string) => id.replaceAll('_', ' ');
  const added = now.modes.filter(({ id }) => !before.modes.some((mode) => mode.id === id));
  const newReads = now.reads.filter((it) => !before.reads.includes(it));
  const names = [...new Set([...Object.keys(before.options), ...Object.keys(now.options)])].toSorted();
  return [
    ...number('the threshold', before.threshold, now.threshold),
    ...number('the number of trials', before.trials, now.trials),
    ...(before.live === now.live
      ? []
      : [
          change(
            before.live ? 'loosened' : 'changed',
            now,
            `the model is ${now.live ? 'live' : 'scripted'}; it was ${now.live ? 'scripted' : 'live'}`,
          ),
        ]),
    ...before.modes.flatMap(({ id, weight }) => {
      const current = weights.get(id);
      if (current === undefined) return [change('loosened', now, `the mode ${words(id)} was removed`)];
      return number(`the weight of ${words(id)}`, weight, current);
    }),
    ...added.map(({ id }) => change('tightened', now, `the mode ${words(id)} is new`)),
    ...newReads.map((it) => change('loosened', now, `${it} is taken for a read`)),
    ...names.flatMap((name) => {
      const [old, current] = [before.options[name], now.options[name]];
      return old === current ? [] : [change('changed', now, `${name} is ${current ?? 'not set'}; it was ${old ?? 'not set'}`)];
    }),
  ];
}

const change = (kind: BaselineChange['kind'], { agent }: BaselineSuite, text: string): BaselineChange => ({ kind, agent, text });

const keyOf = ({ project, file, agent }: Pick<SuiteIdentity, 'project' | 'file' | 'agent'>) => `${file} ${agent} ${project}`;
const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

function baselineSuiteOf({ suite, modes }: Pick<SuiteVerdict, 'suite' | 'modes'>): BaselineSuite {
  const { agent, file, project, threshold, trials, live, reads, options = {} } = suite;
  const required = modes
    .filter(({ id }) => suite.modes.includes(id))
    .map(({ id, weight, category }) => ({ id, weight: category === undefined ? NaN : weight }));
  return { agent, file, project, threshold, trials, live, modes: required, reads: [...reads].toSorted(), options: { ...options } };
}
