import type { Bounds, BreakEvenLine } from '../colony-view.js';
import type { Plot } from './draw-plot.js';
import { band, crosses, grid, heading, headingHeight, rule, xAxis, yAxis } from './plot-parts.js';

/** What durability gains, and costs, by how much is lost; below it pays where the upper lies above 0 or the lower below 1. */
export function breakEvenPlot(lines: readonly BreakEvenLine[], narrow: boolean): Plot {
  const places = lines.flatMap(({ points }) => points.map(({ lossesPerJob }) => lossesPerJob));
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const log = first > 0 && last / first >= 8;
  const ticks = log ? { type: 'log', logBase: 10, min: first * 0.85, max: last * 1.15 } : {};
  const label = {
    axisLabel: {
      color: 'var(--soft)',
      fontSize: 12,
      customValues: [...new Set(places)],
      formatter: (value: number) => String(Number(value.toPrecision(3))),
    },
  };
  const [left, right] = narrow ? [34, 10] : [44, 20];
  const [upper, lower] = narrow ? [170, 120] : [220, 140];
  const top = headingHeight;
  const below = top + upper + 26 + headingHeight;
  return {
    height: below + lower + 48,
    option: {
      title: [
        heading('Points of completion in 1.5× the ideal span', 0),
        heading('Cost of a completed job, durable over naive', below - headingHeight),
      ],
      grid: [grid(top, upper, left, right), grid(below, lower, left, right)],
      xAxis: [
        xAxis('', { ...ticks, gridIndex: 0, axisLabel: { show: false } }),
        xAxis('losses of a machine per job length', { ...ticks, gridIndex: 1, ...label }),
      ],
      yAxis: [yAxis({ gridIndex: 0, splitNumber: 4 }), yAxis({ gridIndex: 1, min: 0, splitNumber: 3 })],
      series: [
        rule(0, { y: 0 }),
        rule(1, { y: 1 }),
        ...lines.flatMap((line) => [
          ...drawn(
            line,
            0,
            line.points.map(({ lossesPerJob, delta }) => ({ x: lossesPerJob, ...delta })),
          ),
          ...drawn(
            line,
            1,
            line.points.flatMap(({ lossesPerJob, cost }) => (cost ? [{ x: lossesPerJob, ...cost }] : [])),
          ),
        ]),
        ...lines.flatMap(({ points }) => {
          const lost = points.filter(({ loses }) => loses);
          return [
            crosses(
              lost.map(({ lossesPerJob, delta }) => [lossesPerJob, delta.value]),
              0,
              12,
              'var(--bad)',
            ),
            crosses(
              lost.flatMap(({ lossesPerJob, cost }) => (cost ? [[lossesPerJob, cost.value] as const] : [])),
              1,
              12,
              'var(--bad)',
            ),
          ];
        }),
      ],
    },
  };
}

function drawn({ judged }: BreakEvenLine, axis: number, points: readonly (Bounds & { readonly x: number })[]) {
  const color = judged ? 'var(--durable)' : 'var(--limited)';
  return [
    band(points, axis, color),
    {
      ...{ type: 'line' as const, silent: true, xAxisIndex: axis, yAxisIndex: axis, symbol: 'circle', symbolSize: 6 },
      data: points.map(({ x, value }) => [x, value]),
      lineStyle: { color, width: 2, type: judged ? ('solid' as const) : [6, 4] },
      itemStyle: { color },
    },
  ];
}
