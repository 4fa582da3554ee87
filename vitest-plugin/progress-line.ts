import type { createColors } from 'picocolors';
import { viewText } from '../readiness-suites/report/view-text.js';
import type { ModeResult } from '../readiness-suites/verdict/mode-result.js';
import { scoreMode, type ArmScore } from '../readiness-suites/verdict/score-mode.js';

/** One line on a mode that has just been tried, since all of them together may take minutes. */
export function progressLine(result: ModeResult, colors: ReturnType<typeof createColors>): string {
  const { status, title, naked, durable } = scoreMode(result);
  const sign = status === 'passed' ? colors.green('✓') : status === 'failed' ? colors.red('✗') : colors.yellow('?');
  const arms = status === 'not_applicable' ? 'does not apply' : `naked ${count(naked)}, durable ${count(durable)}`;
  return ` ${sign} ${viewText(result.suite.agent, 60)}  ${viewText(title, 60)}  ${colors.dim(arms)}`;
}

const count = ({ passed, tried }: ArmScore) => `${passed}/${tried}`;
