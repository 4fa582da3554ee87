import type { Tone } from '../../readiness-suites/report/readiness-view.js';
import type { Estimate, Spread } from '../measures/colony-result.js';
import type { CellView, FigureView } from './colony-view.js';

const minus = (text: string) => text.replace(/-/g, '−');

/** From one end of an interval to the other; a dash would be read as a minus where there are any. */
const range = (low: string, high: string) => `${low}${/−/.test(low + high) ? '…' : '–'}${high}`;

/** Whole percents, but a decimal near 0 and 100, so that nothing is rounded to never or always. */
function percentNumber(fraction: number): string {
  const percent = fraction * 100;
  const near = (Math.abs(percent) < 1 && percent !== 0) || (percent > 99 && percent < 100);
  const text = near ? percent.toFixed(1) : percent.toFixed(0);
  if (near && text === '100.0') return '99.9';
  return near && Number(text) === 0 ? minus(percent < 0 ? '-0.1' : '0.1') : minus(text.replace(/^-0$/, '0'));
}

export const percent = (fraction: number) => `${percentNumber(fraction)}%`;

export const percentCell = ({ value, low, high }: Estimate, tone: Tone = 'none'): CellView => ({
  tone,
  text: percent(value),
  note: range(percentNumber(low), percentNumber(high)),
});

/** Cents below a dollar, so that a figure and its interval need few columns. */
export function moneyCell({ value, low, high }: Estimate): CellView {
  const cents = Math.max(Math.abs(value), Math.abs(high)) < 1;
  const number = (usd: number) => significant(cents ? usd * 100 : usd);
  return { tone: 'none', text: cents ? `${number(value)} ¢` : `$${number(value)}`, note: range(number(low), number(high)) };
}

export const dollars = (usd: number) => `$${usd < 0.1 && usd > 0 ? significant(usd) : usd.toFixed(2)}`;

/** The median, and below it the 95th percentile. */
export function spreadCell(spread: Spread | undefined): CellView {
  if (!spread || spread.count === 0) return { tone: 'none', text: '–', note: '' };
  return { tone: 'none', text: span(spread.median), note: `≤${span(spread.p95)}` };
}

/** A length of time in the unit that keeps it short. */
export function span(seconds: number): string {
  if (seconds < 1_000) return `${significant(seconds)} s`;
  return seconds < 6_000 ? `${significant(seconds / 60)} min` : `${significant(seconds / 3_600)} h`;
}

/** Three digits, of which none is a trailing zero after the point. */
export function significant(value: number): string {
  if (Math.abs(value) >= 100) return minus(value.toFixed(0));
  return minus(String(Number(value.toPrecision(3))));
}

const signed = (points: number) => {
  const text = points.toFixed(1);
  return Number(text) === 0 ? '0.0' : minus(points > 0 ? `+${text}` : text);
};

/** Points of a hundred, more being better. */
export const pointsFigure = ({ value, low, high }: Estimate): FigureView => ({
  tone: low > 0 ? 'good' : high < 0 ? 'bad' : 'unsure',
  text: signed(value),
  unit: 'points',
  interval: `${signed(low)} to ${signed(high)}`,
});

/** Two digits after the point, and a third where a ratio would else be rounded to no difference. */
const ratio = (value: number) => value.toFixed(value !== 1 && Math.abs(value - 1) < 0.005 ? 3 : 2);

/** A ratio of costs, less than 1 being better. */
export const ratioFigure = ({ value, low, high }: Estimate): FigureView => ({
  tone: high < 1 ? 'good' : low > 1 ? 'bad' : 'unsure',
  text: `× ${ratio(value)}`,
  unit: '',
  interval: `${ratio(low)} to ${ratio(high)}`,
});

/** The figure with its unit. */
export const saidFigure = ({ text, unit }: Pick<FigureView, 'text' | 'unit'>) => (unit === '' ? text : `${text} ${unit}`);
