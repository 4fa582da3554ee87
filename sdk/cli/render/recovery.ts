import type { RunView } from '../../index.js';
import { describeError } from '../describe-error.js';
import type { Recovery } from '../recovery.js';
import { errorText } from './error.js';
import { indent } from './fields.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { statusText } from './status.js';
import { duration } from './time.js';

/** One line on a run that has ended or is at rest. */
export function settledText(run: RunView, { colors }: Look): string {
  const age = duration(run.updatedAt.getTime() - run.createdAt.getTime());
  const line = `${statusText(run.status, colors)} ${plain(run.id)} ${colors.dim(`(${plain(run.workflow)} v${plain(run.version)}, after ${age})`)}`;
  return run.error === undefined ? line : `${line}: ${plain(describeError(run.error).what)}`;
}

/** What became of all runs that were left behind. */
export function recoveryText({ settled, leftOver }: Recovery, look: Look): string {
  if (settled.length + leftOver.length === 0) return 'No run was left behind.';
  const lines = settled.map((run) => settledText(run, look));
  const reasons = leftOver.map(
    ({ run, error }) => `${plain(run.id)} was not taken up:\n${indent(errorText(describeError(error), look), 2)}`,
  );
  const summary = `${settled.length} taken up${leftOver.length > 0 ? `, ${leftOver.length} not` : ''}.`;
  return [...lines, ...reasons, summary].join('\n');
}
