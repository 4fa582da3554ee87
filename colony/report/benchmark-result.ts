import type { ColonyReport } from './colony-report.js';
import { orderedReport } from './colony-schema.js';

/** More digits than this differ between machines, whose logarithms and sums are rounded in their own ways. */
const digits = 12;
const lineLength = 140;

/** The text of `benchmark_result.json`: the same report has the same bytes, whatever order its fields were set in. */
export function benchmarkResultText(report: ColonyReport): string {
  return `${textOf(orderedReport(report), '')}\n`;
}

/** All of the report that is the same whenever the same is measured. */
export function withoutMeasured(report: ColonyReport): Omit<ColonyReport, 'measured'> {
  const { measured: _, ...same } = report;
  return same;
}

/** JSON in which lists of numbers, and what is short, stand on one line. */
function textOf(value: unknown, indent: string): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(digits)));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item) => textOf(item, deeper))
    : Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [`${JSON.stringify(key)}: ${textOf(item, deeper)}`]));
  const [open, close] = isList ? '[]' : '{}';
  const numbers = isList && value.every((item) => typeof item === 'number');
  const line = isList ? `${open}${items.join(', ')}${close}` : `${open} ${items.join(', ')} ${close}`;
  if (items.length === 0) return `${open}${close}`;
  if (numbers || (!line.includes('\n') && indent.length + line.length <= lineLength)) return line;
  return `${open}\n${items.map((item) => `${deeper}${item}`).join(',\n')}\n${indent}${close}`;
}
