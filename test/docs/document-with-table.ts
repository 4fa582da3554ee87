import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './code-blocks.js';

type Row = readonly string[];

/** The document as it must be for its one table to hold these rows; what stands around the table is kept. */
export function documentWithTable(file: string, rows: readonly Row[]): string {
  return withTable(readFileSync(join(projectRoot, file), 'utf8'), '', rows);
}

/** The same for a document with several tables, each after a comment `<!-- name -->`. */
export function documentWithTables(file: string, tables: Readonly<Record<string, readonly Row[]>>): string {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return Object.entries(tables).reduce((made, [name, rows]) => withTable(made, `<!-- ${name} -->\n`, rows), text);
}

/** The text with the first table after the mark replaced. */
function withTable(text: string, mark: string, [head, ...body]: readonly Row[]): string {
  const from = text.indexOf(mark) + mark.length;
  const table = /^\|.*\|\n(?:^\|.*\|\n)*/m.exec(text.slice(from));
  if (from < mark.length || !table) throw new Error(`there is no table after "${mark}"`);
  const start = from + table.index;
  return text.slice(0, start) + [head!, head!.map(() => '---'), ...body].map(line).join('') + text.slice(start + table[0].length);
}

const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
