import { expect, it } from 'vitest';
import { measureSelection } from '../bench/selection/measure-selection.js';
import { corpora, selectionCases } from '../bench/selection/selection-cases.js';
import { kindsTable, lossesTable, overallTable } from '../bench/selection/selection-tables.js';
import { documentWithTables } from './document-with-table.js';

// `npx vitest run test/docs --update` writes the tables anew. A figure that changes is a selection that changed.
it('docs/context.md publishes what is measured', async () => {
  const report = await measureSelection();
  const document = documentWithTables('docs/context.md', {
    overall: overallTable(report),
    kinds: kindsTable(report),
    losses: lossesTable(report),
  });
  await expect(document).toMatchFileSnapshot('../../docs/context.md');
});

it('the cases judge texts that are there, and every grade means something', () => {
  expect(selectionCases.length).toBeGreaterThanOrEqual(50);
  for (const { query, items, grades, mustInclude } of selectionCases) {
    const ids = new Set(items.map(({ id }) => id));
    for (const id of [...Object.keys(grades), ...mustInclude]) expect(ids, query).toContain(id);
    for (const id of mustInclude) expect(grades[id], query).toBeGreaterThan(1);
    for (const grade of Object.values(grades)) expect([1, 2, 3], query).toContain(grade);
  }
  expect([...corpora.values()].flat().length).toBe(76);
});
