import type { createColors } from 'picocolors';

/** Picocolors' functions; they return their argument where colours are off. */
export type Colors = ReturnType<typeof createColors>;

/** For whom text is rendered. */
export interface Look {
  /** Columns of the terminal; `Infinity` if the text does not go to one. */
  readonly width: number;
  readonly colors: Colors;
  /** What relative times are relative to. */
  readonly now: Date;
}
