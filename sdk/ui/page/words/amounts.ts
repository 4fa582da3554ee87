const whole = new Intl.NumberFormat();
const unit = (name: string, digits: number) =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits });
const milliseconds = unit('millisecond', 0);
const seconds = unit('second', 1);
const minutes = unit('minute', 0);
const hours = unit('hour', 0);
const days = unit('day', 0);
const bytesUnits = ['B', 'kB', 'MB', 'GB'] as const;

/** A count, with the reader's separators. */
export const countText = (count: number): string => whole.format(count);

/** Dollars: cents from one dollar on, below it as many digits as say something. */
export function moneyText(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.000_001) return '<$0.000001';
  if (usd < 0.01) return `$${usd.toFixed(6).replace(/0+$/, '')}`;
  return new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', maximumFractionDigits: usd < 1 ? 4 : 2 }).format(usd); // prettier-ignore
}

/** How long something took, in its two largest units at most. */
export function durationText(ms: number): string {
  if (ms < 1_000) return milliseconds.format(Math.max(0, Math.round(ms)));
  if (ms < 60_000) return seconds.format(Math.floor(ms / 100) / 10);
  if (ms < 3_600_000) return two(minutes, ms / 60_000, seconds, 60);
  if (ms < 86_400_000) return two(hours, ms / 3_600_000, minutes, 60);
  return two(days, ms / 86_400_000, hours, 24);
}

function two(large: Intl.NumberFormat, value: number, small: Intl.NumberFormat, factor: number): string {
  const rest = Math.floor((value - Math.floor(value)) * factor + 1e-9);
  return rest === 0 ? large.format(Math.floor(value)) : `${large.format(Math.floor(value))} ${small.format(rest)}`;
}

/** A size in bytes. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 1_000 && step < bytesUnits.length - 1) {
    size /= 1_000;
    step++;
  }
  return `${step === 0 ? size : size.toFixed(1)} ${bytesUnits[step]}`;
}
