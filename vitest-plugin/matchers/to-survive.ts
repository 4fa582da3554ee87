import { DurableFlowError } from '../../sdk/errors/index.js';
import type { CrashReport } from '../../readiness-suites/crash/crash-report.js';
import { verdict, type MatcherVerdict } from './verdict.js';

/** Whether a class survived all crashes of a report, as `crashAt.everyBoundary` gives it. */
export function toSurvive(received: unknown): MatcherVerdict {
  const { agent, boundaries } = (received ?? {}) as Partial<CrashReport>;
  if (!Array.isArray(boundaries)) throw new DurableFlowError('DF_INVALID_INPUT', 'toSurvive takes the report of crashAt.everyBoundary');
  const broken = (boundaries as CrashReport['boundaries']).filter(({ problems }) => problems.length > 0);
  const told = broken.map(({ title, problems }) => `  killed ${title}: ${problems.join('; ')}`);
  const nothing = boundaries.length === 0 ? 'it was killed nowhere' : undefined;
  return verdict(
    agent!,
    'survive',
    told.length > 0 ? `at ${told.length} of ${boundaries.length} places it did not:\n${told.join('\n')}` : nothing,
  );
}
