import type { ReadinessReport } from './readiness-schema.js';

/** The fields of a `readiness.json` that hold a time. */
const timeFields: ReadonlySet<string> = new Set(['startedAt', 'durationMs', 'atMs']);

/**
 * The report as text, without what is a matter of time: the same for two runs of the same suites with the same seed. Left out
 * is each `startedAt`, `durationMs` and `atMs`; and of trials with `atOnce`, whose processes were at work at the same time, what
 * depends on which of them was first. What remains of their calls is what changed the world, without saying who made it.
 */
export function timeless(report: ReadinessReport): string {
  return JSON.stringify(report, (key, value: unknown) => (timeFields.has(key) ? undefined : isRace(value) ? outcomeOf(value) : value), 2);
}

type Trial = ReadinessReport['suites'][number]['modes'][number]['variants'][number]['trials'][number];

const isRace = (value: unknown): value is Trial => typeof value === 'object' && value !== null && 'atOnce' in value;

function outcomeOf({ atOnce: _atOnce, lives, prompts: _prompts, tools, ...rest }: Trial): object {
  const deeds = tools.filter(({ applied }) => applied).map(({ life: _life, atMs: _atMs, ...deed }) => JSON.stringify(deed));
  return { ...rest, lives: lives.length, deeds: deeds.toSorted() };
}
