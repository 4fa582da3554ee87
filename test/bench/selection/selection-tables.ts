import type { SelectionScores } from 'durableflow';
import type { SelectionReport } from './measure-selection.js';

type Table = readonly (readonly string[])[];

const columns: readonly (readonly [string, keyof SelectionScores])[] = [
  ['nDCG@5', 'ndcgAt5'],
  ['Recall@10', 'recallAt10'],
  ['MustInclude@10', 'mustIncludeAt10'],
  ['MustInclude selected', 'mustIncludeSelected'],
  ['Budget use', 'budgetUse'],
  ['False rejections', 'falseRejections'],
];

const figure = (value: number) => value.toFixed(2);

/** The whole comparison; without latency, which is another one on every machine. */
export function overallTable({ arms, overall }: SelectionReport): Table {
  return [
    ['Ranker', ...columns.map(([head]) => head)],
    ...arms.map(({ name }, index) => [name, ...columns.map(([, key]) => figure(overall[index]![key]))]),
  ];
}

/** nDCG@5 by what makes a query hard. */
export function kindsTable({ arms, kinds }: SelectionReport): Table {
  const compared = arms.map(({ name }, index) => ({ name, index })).filter((_, index) => arms[index]!.minScore === undefined);
  return [
    ['Kind of query', 'Queries', ...compared.map(({ name }) => name)],
    ...kinds.map(({ kind, cases, ndcgAt5 }) => [kind, String(cases), ...compared.map(({ index }) => figure(ndcgAt5[index]!))]),
  ];
}

/** What must be among the first ten and is not. */
export function lossesTable({ arms, losses }: SelectionReport): Table {
  return [
    ['Query', 'Kind', ...arms.slice(0, 3).map(({ name }) => `${name} misses`)],
    ...losses.map(({ query, kind, missing }) => [query, kind, ...missing.slice(0, 3).map((ids) => ids.join(', ') || 'nothing')]),
  ];
}
