import type { HistoryDifference, StepView } from '../../index.js';
import { describeError } from '../describe-error.js';
import { valueDifferences } from '../value-differences.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { table } from './table.js';
import { cut, valuePreview } from './value.js';

/** Places shown of two values that differ in many. */
const mostPlaces = 3;

/** The calls at which the records of two runs differ, side by side; of large values, the places at which they do. */
export function differencesText(differences: readonly HistoryDifference[], [left, right]: readonly [string, string], look: Look): string {
  if (differences.length === 0) return `The records of ${plain(left)} and ${plain(right)} do not differ.`;
  const columns = [{ head: 'call' }, { head: 'method' }, { head: plain(left), wraps: true }, { head: plain(right), wraps: true }];
  // Half of what the first columns leave; text that goes to no terminal has no width to fit into.
  const limit = Number.isFinite(look.width) ? Math.max(24, Math.floor((look.width - 24) / 2)) : 80;
  const rows = differences.map((difference) => [String(difference.call), methodText(difference), ...sides(difference, limit)]);
  return table(columns, rows, look);
}

function methodText({ left, right }: HistoryDifference): string {
  return [...new Set([left, right].flatMap((step) => (step ? [plain(step.method)] : [])))].join(' → ');
}

function sides({ left, right }: HistoryDifference, limit: number): [string, string] {
  if (left?.outcome === 'returned' && right?.outcome === 'returned') {
    const places = valueDifferences(left.value, right.value);
    const side = (of: 'before' | 'after') => {
      const shown = places.slice(0, mostPlaces).map((it) => cut(place(it.path) + valuePreview(it[of], limit), limit));
      return [...shown, ...(places.length > mostPlaces ? [`… ${places.length - mostPlaces} more`] : [])].join('\n');
    };
    if (places.length > 0) return [side('before'), side('after')];
  }
  const texts: [string, string] = [stepText(left, limit), stepText(right, limit)];
  const sameButArguments = texts[0] === texts[1] && left?.method === right?.method;
  return sameButArguments ? [texts[0], `${texts[1]} (other arguments)`] : texts;
}

const place = (path: string) => (path === '' ? '' : `${plain(path)}: `);

function stepText(step: StepView | undefined, limit: number): string {
  if (!step) return 'not called';
  if (step.outcome === 'returned') return valuePreview(step.value, limit);
  const { code, what } = describeError(step.error);
  return cut(plain(`threw ${code}: ${what}`), limit);
}
