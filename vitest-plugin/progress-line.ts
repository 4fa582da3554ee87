import type { createColors } from 'picocolors';
import { duration } from '../sdk/cli/render/time.js';
import { viewText } from '../readiness-suites/report/view-text.js';
import type { ModeResult } from '../readiness-suites/verdict/mode-result.js';
import { scoreMode, type ArmScore } from '../readiness-suites/verdict/score-mode.js';

/** How far a suite has come. */
export interface Progress {
  readonly done: number;
  readonly elapsedMs: number;
}

/**
 * One line on a mode that has just been tried, since all of them together may take minutes. It is printed and stays: on a
 * terminal the lines that change belong to Vitest, which shows there what is being tried and for how long.
 */
export function progressLine(result: ModeResult, { done, elapsedMs }: Progress, colors: ReturnType<typeof createColors>): string {
  const { status, title, naked, durable } = scoreMode(result);
  const sign = status === 'passed' ? colors.green('✓') : status === 'failed' ? colors.red('✗') : colors.yellow('?');
  const arms = status === 'not_applicable' ? 'does not apply' : `naked ${count(naked)}, durable ${count(durable)}`;
  const { length: of } = result.suite.modes;
  const place = `${Math.min(done, of)} of ${of}, ${duration(elapsedMs)}`;
  return ` ${sign} ${viewText(result.suite.agent, 60)}  ${viewText(title, 60)}  ${colors.dim(`${arms}  (${place})`)}`;
}

const count = ({ passed, tried }: ArmScore) => `${passed}/${tried}`;
