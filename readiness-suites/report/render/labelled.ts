import type { TerminalLook } from './terminal-look.js';
import { wrapText } from './wrap-text.js';

/** Where texts begin that have a label. */
export const margin = 15;

/** A label, and a text beside it that is broken to fit. */
export function labelled(label: string, text: string, look: TerminalLook, paint = (it: string) => it): string {
  const lines = wrapText(text, look.width - margin).map(paint);
  return ` ${look.colors.dim(label.padEnd(margin - 1))}${lines.join(`\n${' '.repeat(margin)}`)}`;
}
