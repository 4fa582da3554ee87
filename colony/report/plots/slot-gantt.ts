import type { SlotsPicture } from '../colony-view.js';
import { spanColors } from './billed-time.js';
import type { Plot } from './draw-plot.js';
import { crosses, grid, heading, headingHeight, rectangles, xAxis, yAxis, type Rectangle } from './plot-parts.js';

/** What every slot did, arm above arm on the same scale, with the losses of machines marked. */
export function slotGanttPlot(pictures: readonly SlotsPicture[], narrow: boolean): Plot {
  const longest = Math.max(...pictures.map(({ spanSeconds }) => spanSeconds));
  const [unit, size] = longest >= 7_200 ? ['hours', 3_600] : longest >= 120 ? ['minutes', 60] : ['seconds', 1];
  const row = Math.max(...pictures.map(({ slots }) => slots)) > 12 ? 14 : 22;
  const [left, right] = [24, 14];
  const tops: number[] = [];
  let height = 0;
  for (const { slots } of pictures) {
    tops.push(height + headingHeight);
    height += headingHeight + slots * row + 26;
  }
  return {
    height: height + 22,
    option: {
      title: pictures.map(({ arm }, i) => heading(arm, tops[i]! - headingHeight)),
      grid: pictures.map(({ slots }, i) => grid(tops[i]!, slots * row, left, right)),
      xAxis: pictures.map((_, i) =>
        xAxis(i === pictures.length - 1 ? `${unit} since the batch began` : '', {
          gridIndex: i,
          min: 0,
          max: longest / size,
          splitNumber: narrow ? 4 : 8,
          axisLabel: { color: 'var(--soft)', fontSize: 12, showMaxLabel: false },
        }),
      ),
      yAxis: pictures.map(({ slots }, i) =>
        yAxis({
          ...{ gridIndex: i, inverse: true, min: -0.5, max: slots - 0.5, interval: 1, splitLine: { show: false } },
          axisLabel: {
            color: 'var(--soft)',
            fontSize: 12,
            customValues: Array.from({ length: slots }, (_, slot) => slot),
            formatter: (slot: number) => String(slot + 1),
          },
        }),
      ),
      series: pictures.flatMap((picture, i) => [
        rectangles(boxes(picture, size), i, narrow ? 0 : 0.5, narrow ? undefined : 'var(--card)'),
        crosses(
          picture.machines.filter(({ end }) => end === 'destroyed').map(({ slot, toSeconds }) => [toSeconds / size, slot] as const),
          i,
          narrow ? 8 : 10,
          'var(--ink)',
        ),
      ]),
    },
  };
}

/** A pale box for the machine, and in it what it did. */
function boxes({ machines }: SlotsPicture, size: number): Rectangle[] {
  const box = (slot: number, from: number, to: number, half: number, color: string): Rectangle => ({
    x: [from / size, to / size],
    y: [slot - half, slot + half],
    color,
  });
  return [
    ...machines.map(({ slot, fromSeconds, toSeconds }) => box(slot, fromSeconds, toSeconds, 0.34, spanColors.idle)),
    ...machines.flatMap(({ slot, spans }) =>
      spans.map(({ kind, fromSeconds, toSeconds }) => box(slot, fromSeconds, toSeconds, 0.34, spanColors[kind])),
    ),
  ];
}
