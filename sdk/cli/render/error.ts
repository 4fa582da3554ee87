import type { ErrorDescription } from '../describe-error.js';
import type { Look } from './look.js';
import { plain } from './plain.js';

/** One line on what is wrong, and one on what to do. */
export function errorText({ code, what, fix }: ErrorDescription, { colors }: Look): string {
  const first = `${colors.red('error')} ${colors.bold(`[${plain(code)}]`)}: ${plain(what)}`;
  return fix ? `${first}\n${colors.dim('fix:')} ${plain(fix)}` : first;
}
