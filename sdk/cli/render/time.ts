const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time in its one or two largest units: `12 ms`, `1.4 s`, `3 min 4 s`, `2 d 5 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toString()} s`;
  const first = units.findIndex(([, size]) => ms >= size);
  const [unit, size] = units[first]!;
  const [nextUnit, nextSize] = units[first + 1]!;
  const rest = Math.floor((ms % size) / nextSize);
  return `${Math.floor(ms / size)} ${unit}${rest > 0 ? ` ${rest} ${nextUnit}` : ''}`;
}

/** A moment as seen from now, in its largest unit: `just now`, `5 min ago`, `in 3 h`. */
export function relativeTime(moment: Date, now: Date): string {
  const ms = moment.getTime() - now.getTime();
  const unit = units.find(([, size]) => Math.abs(ms) >= size);
  if (!unit) return 'just now';
  const length = `${Math.floor(Math.abs(ms) / unit[1])} ${unit[0]}`;
  return ms < 0 ? `${length} ago` : `in ${length}`;
}

/** A moment in UTC, to the second, and as seen from now. */
export function moment(date: Date, now: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z (${relativeTime(date, now)})`;
}
