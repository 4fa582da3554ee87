import Table from 'cli-table3';
import { measureValue } from './measure-value.js';
import { stubModels } from './stub-models.js';
import { valueRequests } from './value-requests.js';
import { valueRows, verdictOf, type Share } from './value-table.js';

const seeds = [1, 2, 3];

/** `npm run bench -- planner-value` */
export async function printValue(): Promise<void> {
  const checked = valueRequests.filter(({ check }) => check).length;
  console.log(
    `\n${valueRequests.length} requests, ${checked} with an output check, ${seeds.length} seeds; three stub models with stated mistakes and prices:`,
  );
  print(
    ['model', '$ per M tokens in/out', 'json', 'code', 'summary', 'chat', 'pictures'],
    stubModels.map(({ target, errors: e }) => [
      target.name,
      `${target.prices.input} / ${target.prices.output}`,
      ...[e.json_extraction, e.code, e.summarization, e.chat, e.other].map(([broken, wrong]) => `${broken}% broken, ${wrong}% wrong`),
    ]),
  );
  const rows = valueRows(await measureValue(seeds));
  console.log('\nWhat came of it (95% intervals); the last two columns are what no check sees, and where the planner loses:');
  print(
    ['', 'cost', 'of frontier', 'attempts', 'passed its check', 'right, checked', 'right, unchecked', 'right, all'],
    rows.map(({ arm, costUsd, costRatio, attempts, verified, right }) => [
      arm, `$${costUsd.toFixed(4)}`, `${(100 * costRatio).toFixed(1)}%`, attempts.toFixed(2),
      shareText(verified), shareText(right.checked), shareText(right.unchecked), shareText(right.all),
    ]),
  ); // prettier-ignore
  const { costRatio, verifiedPoints, kept } = verdictOf(rows);
  console.log(
    `\n${kept ? 'Kept' : 'BROKEN'}: the planner costs ${(100 * costRatio).toFixed(1)}% of always asking the frontier model (wanted 50% or less), ` +
      `and ${points(verifiedPoints)} of its checked answers pass (wanted -2 points or better).`,
  );
  if (!kept) process.exitCode = 1;
}

const points = (it: number) => `${it >= 0 ? '+' : ''}${it.toFixed(1)} points`;
const shareText = ({ percent, lower, upper }: Share) => `${percent.toFixed(1)}% (${lower.toFixed(0)}–${upper.toFixed(0)})`;

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: ['bold'], border: ['dim'], compact: true } });
  table.push(...rows.map((row) => [...row]));
  console.log(table.toString());
}
