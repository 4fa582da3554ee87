import { expect, it } from 'vitest';
import type { ReadinessReport } from '../../../readiness-suites/report/readiness-schema.js';
import { timeless } from '../../../readiness-suites/report/timeless.js';
import { reportOf } from '../report-of.js';
import { supportAgent } from '../support-agents.js';

type Trial = ReadinessReport['suites'][number]['modes'][number]['variants'][number]['trials'][number];

/** The report with its first trial with calls changed. */
function changed(change: (trial: Trial) => Trial): string {
  const report = structuredClone(reportOf(supportAgent())) as unknown as { suites: { modes: { variants: { trials: Trial[] }[] }[] }[] };
  const trials = report.suites[0]!.modes.flatMap(({ variants }) => variants.map((it) => it.trials)).find((it) => it[0]!.tools.length > 0)!;
  trials[0] = change(trials[0]!);
  return timeless(report as unknown as ReadinessReport);
}

const other = (trial: Trial): Trial => ({
  ...trial,
  durationMs: 99_999,
  lives: trial.lives.map((it) => ({ ...it, durationMs: 88_888 })),
  tools: trial.tools.map((it) => ({ ...it, atMs: 77_777 })),
});

it('takes times away, and nothing else', () => {
  const same = changed((it) => it);
  expect(changed(other)).toBe(same);
  expect(changed((it) => ({ ...it, end: 'died' }))).not.toBe(same);
  expect(changed((it) => ({ ...it, tools: it.tools.map((call) => ({ ...call, life: call.life + 1 })) }))).not.toBe(same);
  expect(changed((it) => ({ ...it, tools: [...it.tools, { ...it.tools[0]!, args: 'more' }] }))).not.toBe(same);
});

it('takes from a trial whose processes were at work at once which of them was first', () => {
  const call =
    (life: number, args: string, applied = true) =>
    (it: Trial) => ({ ...it.tools[0]!, life, args, applied, atMs: life });
  const race = (...calls: ((it: Trial) => Trial['tools'][number])[]) =>
    changed((it) => ({ ...it, atOnce: 2, tools: calls.map((make) => make(it)) }));
  expect(race(call(1, 'a'), call(2, 'b'))).toBe(race(call(1, 'b'), call(1, 'c', false), call(1, 'a')));
  expect(race(call(1, 'a'), call(2, 'b'))).not.toBe(race(call(1, 'a'), call(2, 'a')));
  expect(race(call(1, 'a'), call(2, 'b'))).not.toBe(race(call(1, 'a')));
});
