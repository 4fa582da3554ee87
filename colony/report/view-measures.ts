import { counted } from '../../readiness-suites/report/view-text.js';
import type { ArmSummary, ColonyResult } from '../measures/colony-result.js';
import type { CellView, MeasureView } from './colony-view.js';
import { moneyCell, percentCell, spreadCell } from './view-figures.js';

const nothing: CellView = { tone: 'none', text: '–', note: '' };

/** The rows of the table, each with a cell for every arm. */
export function viewMeasures({ arms }: ColonyResult): MeasureView[] {
  const measure = (label: string, meaning: string, cell: (arm: ArmSummary) => CellView): MeasureView => ({
    label,
    meaning,
    cells: arms.map(cell),
  });
  const factors = arms[0]?.completion.map(({ factor }) => factor) ?? [];
  return [
    ...factors.map((factor) =>
      measure(`done ≤${factor}×`, `Jobs completed within ${factor} times the ideal span`, ({ completion }) => {
        const found = completion.find((it) => it.factor === factor);
        return found ? percentCell(found.rate) : nothing;
      }),
    ),
    measure('done at all', 'Jobs completed by the end of the batch', ({ completed }) => percentCell(completed)),
    measure('goodput', 'Useful time over billed time', ({ goodput }) => percentCell(goodput)),
    measure('cost/job', 'Cost of a completed job, idle machines included', ({ costPerJobUsd }) =>
      costPerJobUsd ? moneyCell(costPerJobUsd) : nothing,
    ),
    measure('savings', 'Of the cost per job, against machines on demand', ({ savings, arm }) =>
      savings && arm !== 'on_demand' ? percentCell(savings, savings.high < 0 ? 'bad' : 'none') : nothing,
    ),
    measure('work lost', 'Work that was lost when a machine was, median', ({ recoveryPointSeconds }) => spreadCell(recoveryPointSeconds)),
    measure('to recover', 'From the loss of a machine until the job went on, median', ({ secondsToRecover }) =>
      spreadCell(secondsToRecover),
    ),
    measure('kills', 'Losses of a machine that met a job', ({ kills }) => ({ ...nothing, text: kills.toLocaleString('en-US') })),
    measure('duplicates', 'Effects delivered again, over all keys', duplicatesCell),
    measure('by hand', 'How often a person had to step in', ({ interventions }) => ({
      ...nothing,
      tone: interventions > 0 ? 'bad' : 'none',
      text: interventions.toLocaleString('en-US'),
    })),
    measure('violations', 'Promises of the protocol that were not kept', violationsCell),
  ];
}

function duplicatesCell({ effects: { duplicates, mostOfOneKey } }: ArmSummary): CellView {
  if (duplicates === 0) return { ...nothing, text: '0' };
  return { tone: 'bad', text: duplicates.toLocaleString('en-US'), note: `≤${mostOfOneKey}/key` };
}

/** None seen is not none possible: the bound of the rule of three stands with it. */
function violationsCell({ violations: { count }, violationBound }: ArmSummary): CellView {
  if (count > 0) return { tone: 'bad', text: count.toLocaleString('en-US'), note: '' };
  return { tone: 'good', text: '0', note: violationBound === undefined ? '' : `< ${bound(violationBound)}` };
}

/** Rounded up, as a bound has to be. */
function bound(fraction: number): string {
  const digits = fraction < 0.001 ? 10_000 : 1_000;
  return `${Number(((Math.ceil(fraction * digits - 1e-9) / digits) * 100).toPrecision(3))}%`;
}

/** What the names of the columns and the second lines of the cells mean. */
export const measuresLegend = (retries: number, seeds: number) =>
  `≤${retries}: ${retries === 1 ? 'one retry' : `${retries} retries`} at most. ∞: no limit. Second lines: 95% intervals over ${counted(seeds, 'seed')}, 95th percentiles (≤), and 3/n where no violation was seen.`;
