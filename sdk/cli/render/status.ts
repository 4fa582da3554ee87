import type { RunStatus } from '../../index.js';
import type { Colors } from './look.js';

const paint: Readonly<Record<RunStatus, (colors: Colors) => (text: string) => string>> = {
  pending: (colors) => colors.cyan,
  running: (colors) => colors.cyan,
  waiting: (colors) => colors.yellow,
  in_doubt: (colors) => colors.magenta,
  completed: (colors) => colors.green,
  failed: (colors) => colors.red,
  rejected: (colors) => colors.red,
  cancelled: (colors) => colors.gray,
  diverged: (colors) => colors.red,
};

/** The status in its colour; the word says all that the colour says. */
export function statusText(status: RunStatus, colors: Colors): string {
  return paint[status](colors)(status);
}
