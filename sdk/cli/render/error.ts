import type { ErrorDescription } from '../describe-error.js';
import type { Look } from './look.js';
import { plain } from './plain.js';

/** What is wrong, and a line on what to do. Lines of a message are set in, so that none of them looks like one of ours. */
export function errorText({ code, what, fix }: ErrorDescription, { colors }: Look): string {
  const lines = what.split('\n').map(plain).join('\n  ');
  const first = `${colors.red('error')} ${colors.bold(`[${plain(code)}]`)}: ${lines}`;
  return fix ? `${first}\n${colors.dim('fix:')} ${plain(fix)}` : first;
}
