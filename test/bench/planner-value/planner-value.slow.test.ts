import { expect, it } from 'vitest';
import { measureValue } from './measure-value.js';
import { valueRows, verdictOf } from './value-table.js';

it('the planner costs at most half of always asking the best, and as many checked answers pass', async () => {
  const rows = valueRows(await measureValue([1, 2]));
  const of = (arm: string) => rows.find((row) => row.arm === arm)!;
  expect(verdictOf(rows)).toMatchObject({ kept: true });
  // It is no oracle: what nobody checks is answered by the cheapest, right or wrong.
  expect(of('planner').right.unchecked.percent).toBeLessThan(of('always frontier').right.unchecked.percent - 5);
  expect(of('planner').attempts).toBeGreaterThan(1);
  for (const name of ['always local', 'always economy', 'always frontier']) expect(of(name).attempts).toBe(1);
});
