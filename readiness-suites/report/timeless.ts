import type { ReadinessReport } from './readiness-schema.js';

/** The fields of a `readiness.json` that hold a time: all that may differ between two runs with the same seed. */
export const timeFields = ['startedAt', 'durationMs', 'atMs'] as const;

/** The report as text, without its times: the same for two runs of the same suites with the same seed. */
export function timeless(report: ReadinessReport): string {
  const times: ReadonlySet<string> = new Set(timeFields);
  return JSON.stringify(report, (key, value: unknown) => (times.has(key) ? undefined : value), 2);
}
