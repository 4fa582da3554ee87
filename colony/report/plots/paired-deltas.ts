import type { DeltaBars } from '../colony-view.js';
import type { Plot } from './draw-plot.js';
import { grid, heading, headingHeight, rectangles, rule, xAxis, yAxis } from './plot-parts.js';

/** How many seeds have which delta: a histogram a pair, one above the other on the same scale. */
export function pairedDeltasPlot(pairs: readonly DeltaBars[], narrow: boolean): Plot {
  const [left, right] = narrow ? [34, 10] : [44, 20];
  const [each, gap] = narrow ? [110, 66] : [130, 68];
  const reach = (side: 'low' | 'high') =>
    pairs.flatMap(({ bars, width }) => bars.map(({ middle }) => (side === 'low' ? middle - width / 2 : middle + width / 2)));
  const most = Math.max(...pairs.flatMap(({ bars }) => bars.map(({ seeds }) => seeds)));
  const [min, max] = [Math.min(...reach('low')), Math.max(...reach('high'))];
  const top = (index: number) => headingHeight + index * (each + gap);
  return {
    height: top(pairs.length - 1) + each + 48,
    option: {
      title: pairs.map(({ pair, budget }, i) => heading(narrow ? budget : pair, top(i) - headingHeight)),
      grid: pairs.map((_, i) => grid(top(i), each, left, right)),
      xAxis: pairs.map((_, i) =>
        xAxis(i === pairs.length - 1 ? 'points of completion, durable minus naive' : '', {
          ...{ gridIndex: i, min, max },
          axisLabel: { color: 'var(--soft)', fontSize: 12, customValues: ticks(min, max, narrow ? 5 : 10), formatter: signed },
        }),
      ),
      yAxis: pairs.map((_, i) =>
        yAxis({
          gridIndex: i,
          min: 0,
          max: most,
          splitNumber: 2,
          minInterval: 1,
          axisLabel: { show: true, color: 'var(--soft)', showMaxLabel: false },
        }),
      ),
      series: pairs.flatMap(({ bars, width }, i) => [
        rectangles(
          bars
            .filter(({ seeds }) => seeds > 0)
            .map(({ middle, seeds }) => ({
              x: [middle - width * 0.46, middle + width * 0.46],
              y: [0, seeds],
              color: middle > 0 ? 'var(--durable)' : middle < 0 ? 'var(--bad)' : 'var(--naked)',
            })),
          i,
        ),
        rule(i, { x: 0 }),
      ]),
    },
  };
}

const signed = (value: number) => (value > 0 ? `+${value}` : String(value).replace('-', '−'));

/** Multiples of a round step, of which so many fit, with zero among them. */
function ticks(min: number, max: number, most: number): number[] {
  const step = [5, 10, 20, 25, 50].find((it) => (max - min) / it <= most) ?? 100;
  const first = Math.ceil(min / step);
  return Array.from({ length: Math.floor(max / step) - first + 1 }, (_, i) => (first + i) * step);
}
