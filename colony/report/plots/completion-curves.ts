import type { ArmId } from '../../arm.js';
import type { CurveLine } from '../colony-view.js';
import type { Plot } from './draw-plot.js';
import { grid, rule, xAxis, yAxis } from './plot-parts.js';

export interface LineLook {
  readonly color: string;
  readonly dash: readonly [number, number] | undefined;
}

/** Durable arms are of one colour and naive ones of another; a limit on retries breaks the line. */
export const lineLooks: Readonly<Record<ArmId, LineLook>> = {
  no_retry: { color: 'var(--naked)', dash: [2, 3] },
  scratch_limited: { color: 'var(--naked)', dash: [7, 4] },
  scratch: { color: 'var(--naked)', dash: undefined },
  durable_limited: { color: 'var(--limited)', dash: [7, 4] },
  durable: { color: 'var(--durable)', dash: undefined },
  on_demand: { color: 'var(--on-demand)', dash: undefined },
};

/** How many jobs are done by when, in every arm. */
export function completionCurvesPlot(lines: readonly CurveLine[], factors: readonly number[], narrow: boolean): Plot {
  const [left, right] = narrow ? [40, 10] : [50, 20];
  const height = narrow ? 220 : 300;
  const last = Math.max(...factors, ...lines.flatMap(({ points }) => points.map(([factor]) => factor)));
  return {
    height: height + 10 + 48,
    option: {
      grid: [grid(10, height, left, right)],
      xAxis: [
        xAxis('times of the ideal span', {
          ...{ min: 0, max: last, splitNumber: narrow ? 4 : 8 },
          axisLabel: { color: 'var(--soft)', fontSize: 12, formatter: (value: number) => `${Number(value.toFixed(2))}×` },
        }),
      ],
      yAxis: [yAxis({ min: 0, max: 100, axisLabel: { color: 'var(--soft)', formatter: '{value}%' } })],
      series: [
        ...factors.map((x) => rule(0, { x }, false)),
        ...lines.map(({ id, points }) => {
          const { color, dash } = lineLooks[id];
          return {
            ...{ type: 'line' as const, silent: true, symbol: 'none', data: points.map((it) => [...it]) },
            ...{
              z: id === 'durable' ? 4 : 3,
              lineStyle: { color, width: id === 'durable' ? 3 : 2, type: dash ? [...dash] : ('solid' as const) },
            },
          };
        }),
      ],
    },
  };
}
