import type { CustomSeriesOption, SeriesOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';

/** Colours are variables of the page, so that a drawing follows its scheme. */
const [ink, soft, line] = ['var(--ink)', 'var(--soft)', 'var(--line)'];

const axisLook = {
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { color: soft, fontSize: 12 },
  splitLine: { lineStyle: { color: line, width: 1 } },
  nameTextStyle: { color: soft, fontSize: 12 },
};

/** A horizontal axis with its name below. */
export const xAxis = (name: string, over: object = {}): XAXisComponentOption => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameGap: 28,
  ...axisLook,
  splitLine: { show: false },
  ...over,
});

export const yAxis = (over: object = {}): YAXisComponentOption => ({ type: 'value', ...axisLook, ...over });

/** A place for a plot; nothing moves it to make room for labels, so that two of them stand exactly above one another. */
export const grid = (top: number, height: number, left: number, right: number) => ({
  ...{ top, height, left, right },
  outerBoundsMode: 'none' as const,
});

/** How far above a grid its heading begins. */
export const headingHeight = 32;

/** A heading at the left above a grid. */
export const heading = (text: string, top: number) => ({
  text,
  top,
  left: 0,
  padding: 0,
  textStyle: { color: ink, fontSize: 13, fontWeight: 600 as const },
});

export interface Rectangle {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly color: string;
}

/** Rectangles by the values of the axes, each at least `least` pixels wide, with an edge that sets them apart if there is a colour for it. */
export function rectangles(items: readonly Rectangle[], axis: number, least = 0, edge?: string): CustomSeriesOption {
  return {
    ...{ type: 'custom', silent: true, xAxisIndex: axis, yAxisIndex: axis, clip: true },
    encode: { x: [0, 1], y: [2, 3] },
    data: items.map(({ x, y }) => [...x, ...y]),
    renderItem: (params, api) => {
      const { x, y, color } = items[params.dataIndex]!;
      const [[x0, y0], [x1, y1]] = [api.coord([x[0], y[0]]), api.coord([x[1], y[1]])] as [[number, number], [number, number]];
      const shape = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.max(least, Math.abs(x1 - x0)), height: Math.abs(y1 - y0) };
      return { type: 'rect', shape, style: { fill: color, ...(edge && { stroke: edge, lineWidth: 0.75 }) } };
    },
  };
}

/** An area between two lines. */
export function band(
  points: readonly { readonly x: number; readonly low: number; readonly high: number }[],
  axis: number,
  color: string,
): CustomSeriesOption {
  return {
    ...{ type: 'custom', silent: true, xAxisIndex: axis, yAxisIndex: axis, clip: true },
    encode: { x: 0, y: [1, 2] },
    data: points.map(({ x, low, high }) => [x, low, high]),
    renderItem: (params, api) => {
      // The whole area is drawn at once, in place of its first point.
      if (params.dataIndex > 0) return undefined;
      const outline = [...points.map(({ x, high }) => [x, high]), ...points.toReversed().map(({ x, low }) => [x, low])];
      return { type: 'polygon', shape: { points: outline.map((it) => api.coord(it)) }, style: { fill: color, opacity: 0.16 } };
    },
  };
}

/** A thin line across a plot that stands for a value. */
export function rule(axis: number, at: { readonly x: number } | { readonly y: number }, strong = true): SeriesOption {
  const where = 'x' in at ? { xAxis: at.x } : { yAxis: at.y };
  return {
    ...{ type: 'line', silent: true, xAxisIndex: axis, yAxisIndex: axis, data: [] },
    markLine: {
      ...{ silent: true, symbol: 'none', label: { show: false }, data: [where] },
      lineStyle: { color: strong ? soft : line, width: 1, type: strong ? 'solid' : [3, 3] },
    },
  };
}

/** In a square of 8. */
export const crossPath = 'M0 1.5 L1.5 0 L4 2.5 L6.5 0 L8 1.5 L5.5 4 L8 6.5 L6.5 8 L4 5.5 L1.5 8 L0 6.5 L2.5 4 Z';

/** Crosses that mark what was lost. */
export function crosses(points: readonly (readonly [number, number])[], axis: number, size: number, color: string): SeriesOption {
  return {
    ...{ type: 'scatter', silent: true, xAxisIndex: axis, yAxisIndex: axis, z: 10, clip: false },
    data: points.map((it) => [...it]),
    ...{ symbol: `path://${crossPath}`, symbolSize: size },
    itemStyle: { color },
  };
}
