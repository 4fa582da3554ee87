import type { Moment } from '../../contract.js';

const relative = {
  long: new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' }),
  short: new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' }),
};
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const steps = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
] as const;

/** How far a moment is from now: "3 minutes ago", "in 2 hours". */
export function relativeText(moment: Moment, now: number, style: 'long' | 'short' = 'long'): string {
  let distance = (Date.parse(moment) - now) / 1_000;
  if (Math.abs(distance) < 5) return 'now';
  for (const [unit, size] of steps) {
    if (Math.abs(distance) < size) return relative[style].format(Math.trunc(distance), unit);
    distance /= size;
  }
  return relative[style].format(Math.trunc(distance), 'year');
}

/** A moment in the reader's own time. */
export const localText = (moment: Moment): string => local.format(new Date(moment));

/** A moment in UTC, exactly. */
export const utcText = (moment: Moment): string => moment.replace('T', ' ').replace(/(?:\.000)?Z$/, ' UTC');
