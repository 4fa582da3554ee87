import type { BilledKind, PlotsView, SpanKind } from '../colony-view.js';
import type { Plot } from './draw-plot.js';
import { grid, xAxis, yAxis } from './plot-parts.js';

/** What time went into, by colour. */
export const spanColors: Readonly<Record<SpanKind | BilledKind, string>> = {
  useful: 'var(--durable)',
  work: 'var(--durable)',
  lost: 'var(--bad)',
  redo: 'var(--redo)',
  prepare: 'var(--redo)',
  checkpoint: 'var(--checkpoint)',
  restore: 'var(--restore)',
  provision: 'var(--provision)',
  paused: 'var(--paused)',
  idle: 'var(--idle)',
};

/** What is paid for in a batch, arm by arm. */
export function billedTimePlot(rows: PlotsView['billed'], kinds: readonly BilledKind[], narrow: boolean): Plot {
  const row = narrow ? 30 : 34;
  const longest = Math.max(...rows.map(({ seconds }) => kinds.reduce((sum, kind) => sum + seconds[kind], 0)));
  const [unit, size] = longest >= 7_200 ? ['hours', 3_600] : longest >= 120 ? ['minutes', 60] : ['seconds', 1];
  return {
    height: rows.length * row + 48,
    option: {
      grid: [grid(0, rows.length * row, 82, 14)],
      xAxis: [
        xAxis(`billed ${unit} of machines in a batch`, {
          min: 0,
          splitNumber: narrow ? 3 : 8,
          splitLine: { show: true, lineStyle: { color: 'var(--line)' } },
        }),
      ],
      yAxis: [
        yAxis({
          ...{ type: 'category', inverse: true, data: rows.map(({ arm }) => arm), splitLine: { show: false } },
          axisLabel: { color: 'var(--ink)', fontSize: 12, margin: 10 },
        }),
      ],
      series: kinds.map((kind) => ({
        ...{ type: 'bar' as const, silent: true, stack: 'billed', barWidth: row - 14, itemStyle: { color: spanColors[kind] } },
        data: rows.map(({ seconds }) => seconds[kind] / size),
      })),
    },
  };
}
