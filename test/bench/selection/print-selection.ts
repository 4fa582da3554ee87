import Table from 'cli-table3';
import { maxTokens, measureSelection } from './measure-selection.js';
import { selectionCases } from './selection-cases.js';
import { kindsTable, lossesTable, overallTable } from './selection-tables.js';

const report = await measureSelection();
const latency = ['Latency, median ms', ...report.overall.map(({ latencyMs }) => latencyMs.toFixed(2))];
const print = ([head, ...rows]: readonly (readonly string[])[]) => {
  const table = new Table({ head: [...head!], style: { head: ['bold'], border: ['dim'], compact: true } });
  table.push(...rows.map((row) => [...row]));
  console.log(table.toString());
};

console.log(`\n${selectionCases.length} queries over three small corpora, ${maxTokens} tokens for the items, counted by o200k_base`);
print(overallTable(report).map((row, index) => [...row, latency[index]!]));
console.log('\nnDCG@5 by kind of query');
print(kindsTable(report));
console.log('\nWhat must be among the first ten and is not');
print(lossesTable(report));
