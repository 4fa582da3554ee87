import { documentWithTables } from '../../docs/document-with-table.js';
import { cellsOf, circumstances, columns, nameOf, type PeersReport } from './peers-report.js';

const mark = /(<!-- circumstances -->\n+).+\n/;

/** docs/performance.md with these figures; what stands around them is kept. */
export function documentWithPeers(report: PeersReport): string {
  const tables = Object.fromEntries(
    (['full', 'normal'] as const).map((durability) => {
      const rows = report.rows.filter((row) => row.durability === durability);
      const body = rows.map((row) => {
        const cells = cellsOf(row, rows);
        return [nameOf(row), ...columns.map((column) => cells[column] ?? '')];
      });
      return [`peers-${durability}`, [['', ...columns], ...body]];
    }),
  );
  return documentWithTables('docs/performance.md', tables).replace(mark, `$1${circumstances(report)}\n`);
}
