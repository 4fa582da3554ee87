import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './code-blocks.js';

type Row = readonly string[];

/** The document as it must be for its one table to hold these rows; what stands around the table is kept. */
export function documentWithTable(file: string, rows: readonly Row[]): string {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  const [before, after] = text.split(/^\|.*\|\n(?:^\|.*\|\n)*/m);
  if (before === undefined || after === undefined) throw new Error(`${file} has no table`);
  const [head, ...body] = rows;
  return [before, ...[head!, head!.map(() => '---'), ...body].map(line), after].join('');
}

const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
