import { availableParallelism, loadavg } from 'node:os';
import { medianSorted } from 'simple-statistics';

/** What was measured, beside the least that the same would take, and what is wanted. */
export interface Figure {
  readonly what: string;
  /** With its unit. */
  readonly figure: string;
  /** Of the processor, where the figure is of the clock: on a busy machine that is what can be compared. */
  readonly processor?: string;
  /** The same work without what is measured, in the same rounds on the same machine. */
  readonly floor?: string;
  /** Of the figure to the floor. */
  readonly ratio?: number;
  readonly aim?: string;
  readonly reached?: boolean;
}

/** Prints figures as all benches do; the last column says whether the aim was reached, and nothing where there is none. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`);
  console.table(
    Object.fromEntries(
      figures.map(({ what, figure, processor, floor, ratio, aim, reached }) => [
        what,
        {
          figure,
          ...(figures.some((it) => it.processor !== undefined) && { 'of the processor': processor ?? '' }),
          floor: floor ?? '',
          ratio: ratio === undefined ? '' : ratio.toFixed(2),
          aim: aim ?? '',
          reached: reached === undefined ? '' : reached ? 'yes' : 'NO',
        },
      ]),
    ),
  );
}

/** Who else was at work, which every figure of a shared machine must say. */
export function loadInWords(): string {
  return `load of this machine in the last minute: ${loadavg()[0]!.toFixed(1)}, on ${availableParallelism()} processors`;
}

/** The middle one; what noise does to one round does not move it. */
export function median(values: readonly number[]): number {
  return medianSorted(values.toSorted((a, b) => a - b));
}
