/** A customer, as the customer file has one a line. */
export interface CustomerRow {
  readonly id: string;
  readonly name: string;
  readonly street: string;
  readonly zip: string;
  readonly city: string;
  /** A active, I inactive. */
  readonly status: string;
}

/** The columns of the customer file, with their widths; it knows no separators, and its bytes are Latin-1. */
const columns: readonly (readonly [keyof CustomerRow, number])[] = [
  ['id', 6],
  ['name', 30],
  ['street', 30],
  ['zip', 8],
  ['city', 20],
  ['status', 1],
];

/** Reads the customer file. A line that is too short is no customer. */
export function readCustomers(bytes: Buffer): CustomerRow[] {
  const lines = bytes.toString('latin1').split(/\r?\n/);
  const width = columns.reduce((sum, [, columnWidth]) => sum + columnWidth, 0);
  return lines.filter((line) => line.length >= width).map(readRow);
}

function readRow(line: string): CustomerRow {
  let at = 0;
  const fields = columns.map(([name, width]) => [name, line.slice(at, (at += width)).trim()] as const);
  return Object.fromEntries(fields) as unknown as CustomerRow;
}
