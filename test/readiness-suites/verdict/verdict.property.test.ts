import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arm, Category, ModeEvidence, TrialOutcome } from '../../../readiness-suites/evidence.js';
import { judgeRun } from '../../../readiness-suites/verdict/judge-run.js';
import type { ModeResult } from '../../../readiness-suites/verdict/mode-result.js';
import { rankOf } from '../../../readiness-suites/verdict/readiness-state.js';
import { mode, result, suite, trial, variant, wholeRun } from '../evidence-builder.js';

const outcome = fc.oneof(
  { weight: 8, arbitrary: fc.constant<TrialOutcome>('passed') },
  { weight: 1, arbitrary: fc.constantFrom<TrialOutcome>('failed', 'not_fired', 'harness_error') },
);

const trialsOf = (arm: Arm, count: number) =>
  fc
    .array(fc.record({ outcome, share: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: count, maxLength: count })
    .map((trials) =>
      trials.map(({ outcome, share }, seed) =>
        trial(arm, outcome, { seed, tools: [], prompts: [], lives: [], observability: { share, missing: [] } }),
      ),
    );

const modeOf = (id: string, trials: number): fc.Arbitrary<ModeEvidence> =>
  fc
    .record({
      category: fc.constantFrom<Category>('reliability', 'safety', 'cost'),
      weight: fc.integer({ min: 0, max: 5 }),
      variants: fc.array(fc.tuple(trialsOf('naked', trials), trialsOf('durable', trials)), { minLength: 1, maxLength: 3 }),
    })
    .map(({ category, weight, variants }) =>
      mode(
        id,
        variants.map(([naked, durable], i) => variant([...naked, ...durable], { id: `v${i}` })),
        { category, weight },
      ),
    );

/** A suite of a few modes, in which some may be left out. */
const suiteOf = (agent: string): fc.Arbitrary<ModeResult[]> =>
  fc
    .record({ trials: fc.integer({ min: 1, max: 3 }), live: fc.boolean(), threshold: fc.integer({ min: 0, max: 100 }), count: fc.integer({ min: 1, max: 4 }) })
    .chain(({ trials, live, threshold, count }) => {
      const ids = Array.from({ length: count }, (_, i) => `m${i}`);
      const of = suite({ agent, trials, live, threshold, modes: ids });
      return fc.tuple(...ids.map((id) => modeOf(id, trials))).chain((modes) =>
        fc.subarray(modes, { minLength: 1 }).map((tried) => tried.map((it) => result(it, { suite: of }))),
      );
    }); // prettier-ignore

const runOf = fc.tuple(suiteOf('A'), suiteOf('B')).map((suites) => suites.flat());
const judge = (results: readonly ModeResult[]) => judgeRun(results, wholeRun, undefined);

/** The results in which the trial with this number, among those that passed in this arm, has failed. */
function fail(results: readonly ModeResult[], number: number): ModeResult[] {
  let left = number;
  return results.map((it) => ({
    ...it,
    mode: {
      ...it.mode,
      variants: it.mode.variants.map((variant) => ({
        ...variant,
        trials: variant.trials.map((trial) =>
          trial.arm === 'durable' && trial.outcome === 'passed' && left-- === 0 ? { ...trial, outcome: 'failed' as const } : trial,
        ),
      })),
    },
  }));
}

describe('the verdict', () => {
  it('never gets better when a passed trial has failed', () => {
    fc.assert(
      fc.property(runOf, fc.nat({ max: 20 }), (results, number) => {
        const [before, after] = [judge(results), judge(fail(results, number))];
        expect(rankOf(after.state)).toBeGreaterThanOrEqual(rankOf(before.state));
        for (const { suite, score } of after.suites) {
          const same = before.suites.find((it) => it.suite.agent === suite.agent)!;
          expect(score.atLeast).toBeLessThanOrEqual(same.score.atLeast);
          expect(score.atMost).toBeLessThanOrEqual(same.score.atMost);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is a ship only if all was tried, all fired, nothing broke, every mode passed and the score suffices', () => {
    fc.assert(
      fc.property(runOf, (results) => {
        const { state, suites } = judge(results);
        if (state !== 'ship') return;
        for (const { suite, modes, score } of suites) {
          const trials = results.filter((it) => it.suite === suite).flatMap(({ mode }) => mode.variants.flatMap(({ trials }) => trials));
          expect(trials.every(({ outcome }) => outcome === 'passed' || outcome === 'failed')).toBe(true);
          expect(modes.map(({ id }) => id)).toEqual(suite.modes);
          expect(results.filter((it) => it.suite === suite)).toHaveLength(suite.modes.length);
          const safety = modes.filter(({ category }) => category === 'safety');
          expect(safety.length).toBeGreaterThan(0);
          expect(modes.every(({ status }) => status !== 'failed')).toBe(true);
          expect(safety.every(({ durable }) => durable.held)).toBe(true);
          expect(score.atLeast).toBeGreaterThanOrEqual(suite.threshold);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of suites and tests', () => {
    const shuffled = runOf.chain((results) =>
      fc.tuple(fc.constant(results), fc.shuffledSubarray(results, { minLength: results.length, maxLength: results.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const strip = (results: readonly ModeResult[]) => ({
          ...judge(results),
          suites: judge(results).suites.map(({ suite, ...rest }) => ({ agent: suite.agent, ...rest })),
        });
        expect(strip(other)).toEqual(strip(one));
      }),
      { numRuns: 60 },
    );
  });

  it('has a blocker exactly if it is no ship', () => {
    fc.assert(
      fc.property(runOf, (results) => {
        for (const { state, blocker } of judge(results).suites) expect(blocker === undefined).toBe(state === 'ship');
      }),
      { numRuns: 60 },
    );
  });
});
