import { cellsOf, circumstances, durabilityInWords, nameOf, type PeersReport } from './peers-report.js';

/** Prints one table a durability. Whoever loses stands in it like whoever wins. */
export function printPeers(report: PeersReport): void {
  console.log(`\n${circumstances(report)}`);
  for (const durability of ['full', 'normal'] as const) {
    const rows = report.rows.filter((row) => row.durability === durability);
    console.log(`\n${durabilityInWords(durability)}; workflows a second, median (least–most) × that of the raw floor in the same round`);
    console.table(Object.fromEntries(rows.map((row) => [nameOf(row), cellsOf(row, rows)])));
  }
  for (const row of report.rows) if (row.reason !== undefined) console.log(`${nameOf(row)}, ${row.durability}: ${row.reason}`);
}
