import { CsvError, parse, type Options } from 'csv-parse/sync';
import { traceError } from './trace-error.js';

/** A row of a CSV file, by the names of its columns. */
export interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * The rows of a CSV text; empty lines are none.
 *
 * @param columns in this order if the file has no heading, and `'heading'` if its first line names them
 */
export function readRows(text: string, name: string, columns: readonly string[] | 'heading'): Row[] {
  const options = {
    columns: columns === 'heading' ? true : [...columns],
    bom: true,
    trim: true,
    info: true,
    skip_empty_lines: true,
  } satisfies Options;
  try {
    const rows = parse(text, options) as unknown as { info: { lines: number }; record: Record<string, string> }[];
    return rows.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw traceError(name, Number(error['lines']), error.message, error);
  }
}
