import { capitalised } from '../../../readiness-suites/report/view-text.js';
import type { BilledKind, ColonyView, SlotsPicture, SpanKind } from '../colony-view.js';
import { billedTimePlot, spanColors } from '../plots/billed-time.js';
import { breakEvenPlot } from '../plots/break-even.js';
import { completionCurvesPlot, lineLooks } from '../plots/completion-curves.js';
import { pairedDeltasPlot } from '../plots/paired-deltas.js';
import { slotGanttPlot } from '../plots/slot-gantt.js';
import { percent, saidFigure, span } from '../view-figures.js';
import { dataTable } from './data-table.js';
import { cross, stroke, swatch, type PlotFigure } from './plot-figure.js';

const mostRows = 200;
const words = new Intl.ListFormat('en');

/** In the order in which they are stacked. */
const kindWords: Readonly<Record<BilledKind, string>> = {
  useful: 'useful',
  redo: 'node-local work again',
  lost: 'lost work',
  checkpoint: 'checkpoints',
  restore: 'restores',
  provision: 'provisioning',
  idle: 'idle',
};
const kinds = Object.keys(kindWords) as BilledKind[];
const spanWords: Readonly<Record<SpanKind, string>> = {
  work: 'work',
  lost: 'lost work',
  prepare: 'node-local work',
  checkpoint: 'checkpoint',
  restore: 'restore',
  provision: 'provisioning',
  paused: 'paused',
  idle: 'idle',
};

/** Where durability pays and where it does not. */
export function breakEvenFigure({ plots, breakEven }: ColonyView): PlotFigure | undefined {
  if (plots.breakEven.length === 0) return undefined;
  const judged = breakEven.filter(({ pair }) => pair === breakEven[0]?.pair);
  const at = (tone: string) => judged.filter((row) => row.tone === tone).map(({ lossesPerJob }) => lossesPerJob);
  const parts = [
    ['wins at', at('good')],
    ['loses at', at('bad')],
    ['makes no difference that was seen at', at('unsure')],
  ] as const;
  const said = parts.filter(([, cells]) => cells.length > 0).map(([verb, cells]) => `${verb} ${words.format(cells)}`);
  return {
    name: 'break-even',
    title: 'Where it pays',
    said: `With ${plots.breakEven[0]!.budget}, durable ${words.format(said)} losses per job length.`,
    plot: (narrow) => breakEvenPlot(plots.breakEven, narrow),
    legend: [
      ...plots.breakEven.map(({ pair, judged }) =>
        stroke(judged ? 'var(--durable)' : 'var(--limited)', judged ? undefined : [6, 4], `${pair}, with its 95% interval`),
      ),
      ...(breakEven.some(({ tone }) => tone === 'bad') ? [cross('var(--bad)', 'durable loses')] : []),
    ],
    data: dataTable(
      ['Losses per job', 'Pair', 'Points in 1.5×', '95%', 'Cost ratio', '95%', 'Outcome'],
      breakEven.map(({ lossesPerJob, pair, points, cost, word }) => [
        lossesPerJob, pair, saidFigure(points), points.interval, cost?.text ?? '–', cost?.interval ?? '–', word,
      ]), // prettier-ignore
    ),
  };
}

/** The difference in every seed. */
export function pairedDeltasFigure({ plots: { deltas } }: ColonyView): PlotFigure | undefined {
  if (deltas.length === 0) return undefined;
  const said = deltas.map(
    ({ budget, better, same, worse, seeds }) =>
      `${budget}: durable better in ${better} of ${seeds}, the same in ${same}, worse in ${worse}`,
  );
  return {
    name: 'deltas',
    title: 'Seed by seed, in 1.5× the ideal span',
    said: `${capitalised(said.join('; '))}.`,
    plot: (narrow) => pairedDeltasPlot(deltas, narrow),
    legend: [
      swatch('var(--durable)', 'durable completed more'),
      swatch('var(--naked)', 'the same'),
      swatch('var(--bad)', 'durable completed less'),
    ],
    data: dataTable(
      ['Points', 'Pair', 'Seeds'],
      deltas.flatMap(({ pair, bars, width }) =>
        bars
          .filter(({ seeds }) => seeds > 0)
          .map(({ middle, seeds }) => [`${number(middle - width / 2)} to ${number(middle + width / 2)}`, pair, String(seeds)]),
      ),
    ),
  };
}

const number = (value: number) => String(Number(value.toFixed(2))).replace('-', '−');

/** When jobs were done. */
export function curvesFigure({ plots: { curves }, deltas, arms }: ColonyView): PlotFigure | undefined {
  if (curves.every(({ points }) => points.length === 0)) return undefined;
  const factors = deltas[0]?.points.map(({ factor }) => factor) ?? [];
  const at = (points: (typeof curves)[number]['points'], factor: number) => points.findLast(([it]) => it <= factor + 1e-9)?.[1] ?? 0;
  const all = [...new Set(curves.flatMap(({ points }) => points.map(([factor]) => factor)))].toSorted((one, other) => one - other);
  const step = Math.ceil(all.length / 40);
  const shown = all.filter((_, i) => i % step === 0 || i === all.length - 1);
  return {
    name: 'curves',
    title: 'When jobs were done',
    said: `In 1.5× the ideal span: ${curves.map(({ arm, points }) => `${arm} ${percent(at(points, 1.5) / 100)}`).join(', ')}.`,
    plot: (narrow) => completionCurvesPlot(curves, factors, narrow),
    legend: curves.map(({ id, arm }) => stroke(lineLooks[id].color, lineLooks[id].dash, arms.find((it) => it.id === id)?.title ?? arm)),
    data: dataTable(
      ['Times of the ideal span', ...curves.map(({ arm }) => arm)],
      shown.map((factor) => [`${number(factor)}×`, ...curves.map(({ points }) => percent(at(points, factor) / 100))]),
    ),
  };
}

/** What was paid for. */
export function billedFigure({ plots: { billed } }: ColonyView): PlotFigure | undefined {
  const total = (seconds: Readonly<Record<BilledKind, number>>) => kinds.reduce((sum, kind) => sum + seconds[kind], 0);
  const paid = billed.filter(({ seconds }) => total(seconds) > 0);
  if (paid.length === 0) return undefined;
  return {
    name: 'billed',
    title: 'What was paid for',
    said: `Useful of what was paid for: ${paid.map(({ arm, seconds }) => `${arm} ${percent(seconds.useful / total(seconds))} of ${span(total(seconds))}`).join(', ')}.`,
    plot: (narrow) => billedTimePlot(paid, kinds, narrow),
    legend: kinds.filter((kind) => paid.some(({ seconds }) => seconds[kind] > 0)).map((kind) => swatch(spanColors[kind], kindWords[kind])),
    data: dataTable(
      ['Arm', ...kinds.map((kind) => kindWords[kind]), 'all'],
      paid.map(({ arm, seconds }) => [arm, ...kinds.map((kind) => span(seconds[kind])), span(total(seconds))]),
    ),
  };
}

/** The machines of the first seed. */
export function slotsFigure({ plots: { slots } }: ColonyView): PlotFigure | undefined {
  if (slots.length === 0) return undefined;
  const lost = ({ machines }: SlotsPicture) => machines.filter(({ end }) => end === 'destroyed').length;
  const used = Object.keys(spanWords).filter((kind) =>
    slots.some(({ machines }) => machines.some(({ spans }) => spans.some((it) => it.kind === kind))),
  ) as SpanKind[];
  const rows = slots.flatMap(({ arm, machines }) =>
    machines.map(({ slot, fromSeconds, toSeconds, end, spans }) => {
      const jobs = [...new Set(spans.flatMap(({ job }) => (job === undefined ? [] : [job])))];
      return [arm, String(slot + 1), span(fromSeconds), span(toSeconds), end, jobs.join(', ')];
    }),
  );
  return {
    name: 'slots',
    title: 'The machines of the first seed',
    said: `${slots.map((it) => `${it.arm} took ${span(it.spanSeconds)} and lost ${lost(it)} of ${it.machines.length} machines`).join('; ')}.`,
    plot: (narrow) => slotGanttPlot(slots, narrow),
    legend: [...used.map((kind) => swatch(spanColors[kind], spanWords[kind])), cross('var(--ink)', 'the machine was lost')],
    data: dataTable(['Arm', 'Slot', 'From', 'To', 'End', 'Jobs'], rows.slice(0, mostRows), Math.max(0, rows.length - mostRows)),
  };
}
