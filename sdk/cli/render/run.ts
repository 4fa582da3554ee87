import type { EffectView, RunDetails, SignalView } from '../../index.js';
import { describeError } from '../describe-error.js';
import type { NextStep } from '../next-steps.js';
import { approvalsText } from './approvals.js';
import { errorText } from './error.js';
import { fields, indent } from './fields.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { statusText } from './status.js';
import { table } from './table.js';
import { duration, moment } from './time.js';
import { cut, valueLines, valuePreview } from './value.js';

/** Everything about one run, and what to do next. */
export function runText(run: RunDetails, next: readonly NextStep[], look: Look): string {
  const inner = { ...look, width: look.width - 2 };
  const section = (title: string, text: string | undefined) => (text ? [`${look.colors.bold(title)}\n${indent(text, 2)}`] : []);
  return [
    headText(run, look),
    ...(run.error === undefined ? [] : [errorText(describeError(run.error), look)]),
    ...section('Timeline', timelineText(run, inner)),
    ...section('Approvals', run.approvals.length > 0 ? approvalsText(run.approvals, inner) : undefined),
    ...section('Effects', effectsText(run, inner)),
    ...section('Next', next.map((step) => nextText(step, look)).join('\n')),
  ].join('\n\n');
}

function headText(run: RunDetails, look: Look): string {
  const { colors, now, width } = look;
  const inner = Math.max(40, width - 12);
  const attributes = Object.entries(run.attributes).map(([name, value]) => plain(`${name}=${value}`));
  return fields(
    [
      ['run', colors.bold(plain(run.id))],
      ['workflow', `${plain(run.workflow)}, version ${plain(run.version)}`],
      ['status', statusText(run.status, colors)],
      ['started', moment(run.createdAt, now)],
      ['updated', moment(run.updatedAt, now)],
      ['goes on', run.wakeAt && moment(run.wakeAt, now)],
      ['must end by', run.deadlineAt && moment(run.deadlineAt, now)],
      ['parent', run.parent && plain(run.parent)],
      ['children', run.children.length > 0 ? run.children.map(plain) : undefined],
      ['queue', run.queue && plain(run.queue)],
      ['attributes', attributes.length > 0 ? attributes : undefined],
      ['signals', run.signals.length > 0 ? run.signals.map((signal) => signalText(signal, inner)) : undefined],
      ['taken up', run.claims === 1 ? undefined : `${run.claims} times`],
      ['input', run.input === undefined ? undefined : valueLines(run.input, inner)],
      ['output', run.output === undefined ? undefined : valueLines(run.output, inner)],
    ],
    look,
  );
}

const signalText = ({ name, state, payload }: SignalView, width: number) => `${plain(name)} (${state}) ${valuePreview(payload, width)}`;

function timelineText(run: RunDetails, look: Look): string | undefined {
  if (run.steps.length === 0) return undefined;
  const columns = [
    { head: 'call' },
    { head: 'method' },
    { head: 'after' },
    { head: 'took' },
    { head: 'attempts' },
    { head: 'outcome', wraps: true },
  ];
  const rows = run.steps.map((step) => [
    String(step.call),
    plain(step.method),
    duration(step.startedAt.getTime() - run.createdAt.getTime()),
    duration(step.endedAt.getTime() - step.startedAt.getTime()),
    String(step.attempts),
    step.outcome === 'returned' ? valuePreview(step.value) : look.colors.red(cut(plain(thrown(step.error)), 200)),
  ]);
  return table(columns, rows, look);
}

function thrown(error: unknown): string {
  const { code, what } = describeError(error);
  return `${code}: ${what}`;
}

function effectsText(run: RunDetails, look: Look): string | undefined {
  if (run.effects.length === 0) return undefined;
  const columns = [{ head: 'call' }, { head: 'method' }, { head: 'state' }, { head: 'intended' }, { head: 'key', wraps: true }];
  const rows = run.effects.map((effect) => [
    String(effect.call),
    plain(effect.method),
    effectState(effect, run, look),
    `after ${duration(effect.intendedAt.getTime() - run.createdAt.getTime())}`,
    plain(effect.key),
  ]);
  return table(columns, rows, look);
}

/** An intent is in doubt once the run has stopped for it; before that the effect may be under way. */
function effectState({ state, resolvedBy }: EffectView, run: RunDetails, { colors }: Look): string {
  if (state === 'intended') return run.status === 'in_doubt' ? colors.magenta('in doubt') : colors.yellow('under way');
  return resolvedBy === undefined ? state : `${state} by ${plain(resolvedBy)}`;
}

function nextText({ waitsFor, commands }: NextStep, { colors }: Look): string {
  return [`waits for ${plain(waitsFor)}`, ...commands.map((command) => `  ${colors.cyan(plain(command))}`)].join('\n');
}
