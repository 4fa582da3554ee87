import Table from 'cli-table3';
import { stripVTControlCharacters } from 'node:util';
import type { Look } from './look.js';

/** A column; `wraps` if its text may be broken over several lines where the terminal is narrow. */
export interface Column {
  readonly head: string;
  readonly wraps?: boolean;
}

const gap = 2;
/** A column that is narrower than this is no help; the rows are stacked instead. */
const narrowest = 16;
const noLines = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '',
}; // prettier-ignore

/**
 * Rows under a heading, within the width of the terminal: columns that may wrap give way first; if that is not enough,
 * every row is stacked, one field a line. Nothing is cut.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], look: Look): string {
  const widths = columns.map(({ head }, index) => Math.max(...[head, ...rows.map((row) => row[index]!)].map(displayWidth)) + gap);
  const excess = widths.reduce((sum, width) => sum + width, 0) - gap - look.width;
  const wrapping = columns.flatMap(({ wraps }, index) => (wraps ? [index] : []));
  const fitted = excess > 0 ? shrink(widths, wrapping, excess) : widths;
  if (!fitted) return stack(columns, rows, look);
  // Where text is broken, colours in it are broken as if they were text.
  const isBroken = excess > 0;
  const drawn = new Table({
    head: columns.map(({ head }) => (isBroken ? head : look.colors.dim(head))),
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap, compact: true },
    ...(isBroken && { colWidths: fitted, wordWrap: true, wrapOnWordBoundary: false }),
  });
  const isWrapped = (column: number) => isBroken && columns[column]!.wraps === true;
  drawn.push(...rows.map((row) => row.map((content, column) => ({ content, wordWrap: isWrapped(column) }))));
  const [head = '', ...lines] = trimEnds(drawn.toString()).split('\n');
  return [isBroken ? look.colors.dim(head) : head, ...lines].join('\n');
}

/** Takes the excess from the columns that may wrap, the widest first; undefined if they cannot give as much. */
function shrink(widths: readonly number[], wrapping: readonly number[], excess: number): number[] | undefined {
  const fitted = [...widths];
  for (let left = excess; left > 0; left--) {
    const widest = wrapping.reduce<number | undefined>(
      (best, it) => (best === undefined || fitted[it]! > fitted[best]! ? it : best),
      undefined,
    );
    if (widest === undefined || fitted[widest]! <= narrowest) return undefined;
    fitted[widest]!--;
  }
  return fitted;
}

function stack(columns: readonly Column[], rows: readonly (readonly string[])[], look: Look): string {
  const label = Math.max(...columns.map(({ head }) => head.length)) + gap;
  const block = (row: readonly string[]) =>
    columns.map(({ head }, index) => `${look.colors.dim(head.padEnd(label))}${row[index]!}`.trimEnd()).join('\n');
  return rows.map(block).join('\n\n');
}

const trimEnds = (text: string) => text.replace(/[ ]+$/gm, '');

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal the text takes. */
function displayWidth(text: string): number {
  const bare = stripVTControlCharacters(text);
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(bare)) width += wide.test(segment) ? 2 : 1;
  return width;
}
