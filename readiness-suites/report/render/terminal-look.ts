import type { createColors } from 'picocolors';

/** For whom the report is written. */
export interface TerminalLook {
  /** Columns; lines are broken to fit, but for what would no longer be a command. */
  readonly width: number;
  readonly colors: ReturnType<typeof createColors>;
}
