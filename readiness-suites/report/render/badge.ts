import type { Tone } from '../readiness-view.js';
import type { TerminalLook } from './terminal-look.js';
import { wrapText } from './wrap-text.js';

/** The word of a verdict on a coloured ground, and its sentence beside it. */
export function badge(tone: Tone, word: string, sentence: string, look: TerminalLook): string {
  const { colors } = look;
  const paint = { good: colors.bgGreen, bad: colors.bgRed, unsure: colors.bgYellow, none: colors.inverse }[tone];
  const shown = ` ${word} `;
  const indent = shown.length + 3;
  const lines = wrapText(sentence, look.width - indent);
  return ` ${paint(colors.black(colors.bold(shown)))}  ${lines.join(`\n${' '.repeat(indent)}`)}`;
}
