import { describe, expect, it } from 'vitest';
import { baselineOf, compareBaseline, parseBaseline } from '../../../readiness-suites/verdict/baseline.js';
import { judgeRun } from '../../../readiness-suites/verdict/judge-run.js';
import type { ModeResult } from '../../../readiness-suites/verdict/mode-result.js';
import { sixModes, suite, wholeRun } from '../evidence-builder.js';

const judge = (results: readonly ModeResult[]) => judgeRun(results, wholeRun, undefined).suites;
const baseline = parseBaseline(JSON.stringify(baselineOf(judge(sixModes()))));
const changesTo = (results: readonly ModeResult[]) => compareBaseline(baseline, judge(results)).map(({ kind, text }) => `${kind}: ${text}`);

describe('the baseline', () => {
  it('agrees with what it was made of', () => {
    expect(changesTo(sixModes())).toEqual([]);
  });

  it('tells of everything that was loosened', () => {
    const { modes } = suite();
    expect(changesTo(sixModes({}, suite({ threshold: 60 })))).toEqual(['loosened: the threshold is 60; it was 80']);
    expect(changesTo(sixModes({}, suite({ modes: modes.slice(1) })))).toEqual(['loosened: the mode tool timeout was removed']);
    expect(changesTo(sixModes({}, suite({ reads: [...suite().reads, 'crm.refund: by your word'] })))).toEqual([
      'loosened: crm.refund: by your word is taken for a read',
    ]);
    expect(changesTo(sixModes({}, suite({ options: { allowedEffects: 'crm.refund' } })))).toEqual([
      'changed: allowedEffects is crm.refund; it was not set',
    ]);
    const lighter = sixModes().map((it) => ({ ...it, mode: { ...it.mode, weight: it.mode.id === 'prompt_injection' ? 0.5 : 1 } }));
    expect(changesTo(lighter)).toEqual(['loosened: the weight of prompt injection is 0.5; it was 1']);
  });

  it('tells of what was tightened, and of a suite that is new', () => {
    expect(changesTo(sixModes({}, suite({ threshold: 90, trials: 1 })))).toEqual(['tightened: the threshold is 90; it was 80']);
    expect(changesTo([...sixModes(), ...sixModes({}, suite({ agent: 'Other' }))])).toEqual(['changed: the suite is not in the baseline']);
  });

  it('does not take a mode that was not tried for a change', () => {
    expect(changesTo(sixModes().slice(1))).toEqual([]);
  });

  it('makes a run incomplete that leaves one of its suites out', () => {
    const two = baselineOf(judge([...sixModes(), ...sixModes({}, suite({ agent: 'Other', file: 'other.test.ts' }))]));
    const run = judgeRun(sixModes(), wholeRun, two);
    expect(run).toMatchObject({ state: 'incomplete', reservations: ['Other: the suite in other.test.ts was not part of this run'] });
    expect(run.suites[0]!.state).toBe('ship');
  });

  it('is refused with a code if it is something else', () => {
    for (const text of ['', '{"version":0,"suites":[]}', 'null'])
      expect(() => parseBaseline(text)).toThrow(expect.objectContaining({ code: 'DF_READINESS_BASELINE' }));
    expect(() => parseBaseline('{"version":2,"suites":[]}')).toThrow(expect.objectContaining({ code: 'DF_FORMAT_NEWER' }));
  });
});
