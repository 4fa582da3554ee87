import type { ReadinessReport } from './readiness-schema.js';

/** The fields of a `readiness.json` that hold a time. */
const timeFields: ReadonlySet<string> = new Set(['startedAt', 'durationMs', 'atMs']);

/** What of a trial depends on which of its processes was first, where several were at work at the same time. */
const racing = ['lives', 'tools', 'prompts'] as const;

/**
 * The report as text, without what is a matter of time: the same for two runs of the same suites with the same seed. That is
 * each `startedAt`, `durationMs` and `atMs`; and in trials with `atOnce`, whose processes worked at the same time, which of
 * them did something (`life`) and in what order.
 */
export function timeless(report: ReadinessReport): string {
  return JSON.stringify(
    report,
    (key, value: unknown) => (timeFields.has(key) ? undefined : isRace(value) ? inOrderOfText(value) : value),
    2,
  );
}

interface Race {
  readonly atOnce: number;
  readonly [field: string]: unknown;
}

const isRace = (value: unknown): value is Race => typeof value === 'object' && value !== null && 'atOnce' in value;

function inOrderOfText(trial: Race): Omit<Race, 'atOnce'> {
  const { atOnce, ...rest } = trial;
  const lists = racing.map((name) => {
    const entries = (trial[name] as readonly object[]).map((it) => ({ ...it, life: undefined }));
    const textOf = (it: object) => JSON.stringify(it, (key, value: unknown) => (timeFields.has(key) ? undefined : value));
    return [name, entries.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1))];
  });
  // Under another name, or it would be put in order for ever.
  return { ...rest, ...(Object.fromEntries(lists) as object), processesAtOnce: atOnce };
}
