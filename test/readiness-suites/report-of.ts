import { buildReport } from '../../readiness-suites/report/build-report.js';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import type { Baseline } from '../../readiness-suites/verdict/baseline.js';
import { judgeRun } from '../../readiness-suites/verdict/judge-run.js';
import type { ModeResult, RunFacts } from '../../readiness-suites/verdict/mode-result.js';
import { wholeRun } from './evidence-builder.js';

export const someRun: ReadinessReport['run'] = {
  ...{
    startedAt: '2026-11-26T15:00:00.000Z',
    durationMs: 41_300,
    durableflow: '0.1.0',
    vitest: '4.1.12',
    node: '20.20.2',
    shard: undefined,
  },
};

/** The report of a run with these results. */
export function reportOf(results: readonly ModeResult[], run: RunFacts = wholeRun, baseline?: Baseline): ReadinessReport {
  return buildReport(judgeRun(results, run, baseline), results, someRun);
}
