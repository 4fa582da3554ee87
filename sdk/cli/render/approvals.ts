import type { ApprovalView } from '../../index.js';
import type { Said } from '../../ui/said-before.js';
import { fields, indent } from './fields.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { moment, relativeTime } from './time.js';
import { valueDifferences } from '../value-differences.js';
import { valueLines } from './value.js';

/** As much of a digest as is printed; `--expect` takes it. */
export const digestPrefix = 12;

/** Gates, each with its exact and whole arguments. */
export function approvalsText(approvals: readonly ApprovalView[], look: Look): string {
  return approvals.map((approval) => approvalText(approval, look)).join('\n\n');
}

/** One gate: what will be done if somebody says yes, and what was decided. */
export function approvalText(approval: ApprovalView, look: Look): string {
  const { id, runId, workflow, method, call, args, digest, show, requestedAt, expiresAt, quorum, deciders, edited } = approval;
  const { colors, now, width } = look;
  const inner = Math.max(40, width - 16);
  const body = fields(
    [
      ['shows', plain(show)],
      ['method', `${plain(method)}, call ${call} of run ${plain(runId)} (${plain(workflow)})`],
      ['arguments', listed(args, inner)],
      ['edited', edited && editsText(args, edited, inner)],
      ['digest', digest.slice(0, digestPrefix)],
      ['requested', moment(requestedAt, now)],
      [expiresAt && expiresAt <= now ? 'expired' : 'expires', expiresAt && moment(expiresAt, now)],
      ['may decide', deciders && plain(deciders.join(', '))],
      ['needs', quorum > 1 ? votesText(approval) : undefined],
      ['decided', decisionText(approval, look)],
    ],
    look,
  );
  return `${colors.bold(`#${id}`)} ${verdictText(approval, look)}\n${indent(body, 2)}`;
}

/** What the operator has changed in the arguments; everything else is as it was. */
export function editsText(args: readonly unknown[], edited: readonly unknown[], width: number): string[] {
  const places = args.flatMap((arg, index) => valueDifferences(arg, edited[index], `${index + 1}`));
  if (places.length === 0) return ['nothing'];
  return places.flatMap(({ path, before, after }) => {
    const [from, to] = [valueLines(before, width), valueLines(after, width)];
    const line = `${plain(path)}: ${from.join(' ')} → ${to.join(' ')}`;
    return line.length <= width ? [line] : [`${plain(path)}:`, ...from.map((it) => `  - ${it}`), ...to.map((it) => `  + ${it}`)];
  });
}

function verdictText({ verdict }: ApprovalView, { colors }: Look): string {
  if (!verdict) return colors.yellow('open');
  return verdict === 'approved' ? colors.green(verdict) : colors.red(verdict);
}

/** How many must say yes, and who has. */
export function votesText({ quorum, approvedBy }: ApprovalView): string {
  return `${quorum} people who say yes; so far ${plain(approvedBy.join(', ')) || 'nobody'}`;
}

/** What models said before the gate: hostile text like all that they say, so whole lines of it are shown as one. */
export function saidText(said: readonly Said[], { colors, width }: Look): string[] {
  return said.flatMap(({ call, method, model, value }) => [
    `  ${colors.dim(`said before by ${plain(model)}, in ${plain(method)} (call ${call}):`)}`,
    ...valueLines(value, Math.max(40, width - 16)).map((line) => `    ${line}`),
  ]);
}

/** Who has decided what, when and why; undefined while it is open. */
export function decisionText({ verdict, by, reason, decidedAt }: ApprovalView, { now }: Look): string | undefined {
  if (!verdict || !decidedAt) return undefined;
  const who = by === undefined ? 'by nobody' : `by ${plain(by)}`;
  return `${verdict} ${who}, ${relativeTime(decidedAt, now)}${reason ? `: ${plain(reason)}` : ''}`;
}

const listed = (args: readonly unknown[], width: number) =>
  args.length === 0 ? 'none' : args.flatMap((arg, index) => numbered(index, valueLines(arg, width)));

function numbered(index: number, lines: readonly string[]): string[] {
  const label = `${index + 1}. `;
  return lines.map((line, at) => (at === 0 ? label : ' '.repeat(label.length)) + line);
}
