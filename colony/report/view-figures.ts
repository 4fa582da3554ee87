import type { Tone } from '../../readiness-suites/report/readiness-view.js';
import type { Estimate, Spread } from '../measures/colony-result.js';
import { saidInterval } from '../measures/said-interval.js';
import type { CellView, FigureView } from './colony-view.js';

const minus = (text: string) => text.replace(/-/g, '−');

/** From one end of an interval to the other; a dash would be read as a minus where there are any. */
const range = (estimate: Estimate, written: (end: number) => string) =>
  saidInterval(estimate, written, /−/.test(written(estimate.low) + written(estimate.high)) ? '…' : '–');

/** Whole percents, but a decimal near 0 and 100, so that nothing is rounded to never or always. */
function percentNumber(fraction: number): string {
  const percent = fraction * 100;
  const near = (Math.abs(percent) < 1 && percent !== 0) || (percent > 99 && percent < 100);
  const text = near ? percent.toFixed(1) : percent.toFixed(0);
  if (near && text === '100.0') return '99.9';
  return near && Number(text) === 0 ? minus(percent < 0 ? '-0.1' : '0.1') : minus(text.replace(/^-0$/, '0'));
}

export const percent = (fraction: number) => `${percentNumber(fraction)}%`;

export const percentCell = (estimate: Estimate, tone: Tone = 'none'): CellView => ({
  tone,
  text: percent(estimate.value),
  note: range(estimate, percentNumber),
});

/** Cents below a dollar, so that a figure and its interval need few columns. */
export function moneyCell(estimate: Estimate): CellView {
  const { value, high } = estimate;
  const cents = Math.max(Math.abs(value), Number.isFinite(high) ? Math.abs(high) : 0) < 1;
  const number = (usd: number) => significant(cents ? usd * 100 : usd);
  return { tone: 'none', text: cents ? `${number(value)} ¢` : `$${number(value)}`, note: range(estimate, number) };
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
export const pointsFigure = (estimate: Estimate): FigureView => ({
  tone: estimate.low > 0 ? 'good' : estimate.high < 0 ? 'bad' : 'unsure',
  text: signed(estimate.value),
  unit: 'points',
  interval: saidInterval(estimate, signed),
});

/** Two digits after the point, and a third where a ratio would else be rounded to no difference. */
const ratio = (value: number) => value.toFixed(value !== 1 && Math.abs(value - 1) < 0.005 ? 3 : 2);

/** A ratio of costs, less than 1 being better. */
export const ratioFigure = (estimate: Estimate): FigureView => ({
  tone: estimate.high < 1 ? 'good' : estimate.low > 1 ? 'bad' : 'unsure',
  text: `× ${ratio(estimate.value)}`,
  unit: '',
  interval: saidInterval(estimate, ratio),
});

/** The figure with its unit. */
export const saidFigure = ({ text, unit }: Pick<FigureView, 'text' | 'unit'>) => (unit === '' ? text : `${text} ${unit}`);
