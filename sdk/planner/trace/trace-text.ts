import { fields, indent } from '../../cli/render/fields.js';
import type { Colors, Look } from '../../cli/render/look.js';
import { plain } from '../../cli/render/plain.js';
import { table } from '../../cli/render/table.js';
import { duration } from '../../cli/render/time.js';
import { dollars } from '../../lineage/audit-words.js';
import type { PlanTrace, TraceAttempt } from '../plan-trace.js';

const signs: Readonly<Record<PlanTrace['state'], readonly [sign: string, paint: (colors: Colors) => (text: string) => string]>> = {
  answered: ['✓', (colors) => colors.green],
  failed: ['✗', (colors) => colors.red],
  infeasible: ['✗', (colors) => colors.yellow],
  running: ['·', (colors) => colors.cyan],
  abandoned: ['–', (colors) => colors.dim],
};

/** The trace for a terminal: what became of the request first, then why. */
export function traceText(trace: PlanTrace, look: Look): string {
  const { colors } = look;
  const inner = { ...look, width: look.width - 2 };
  const [sign, paint] = signs[trace.state];
  const section = (title: string, text: string | undefined) => (text ? [`${colors.bold(title)}\n${indent(text, 2)}`] : []);
  const { totals } = trace;
  return [
    `${paint(colors)(sign)} ${colors.bold(plain(trace.headline))}${trace.confidenceNote === '' ? '' : `\n  ${colors.dim(plain(trace.confidenceNote))}`}`,
    fields(
      [
        ['request', plain(trace.requestId)],
        ['kind of work', plain(trace.taskClass)],
        ['constraints', trace.constraints.length > 0 ? trace.constraints.map(plain) : 'none'],
        ['charged', `${dollars(totals.chargedUsd)}${totals.chargedUsd === totals.costUsd ? '' : `; ${dollars(totals.costUsd)} is known to be spent`}`],
        ['took', `${duration(totals.durationMs)}, ${totals.attempts} ${totals.attempts === 1 ? 'attempt' : 'attempts'}`],
      ],
      look,
    ),
    ...section('Tried', triedText(trace, inner)),
    ...section('Considered', consideredText(trace, inner)),
    ...section('Predicted and actual', predictionsText(trace, inner)),
    ...section('What would change it', trace.wouldChange.map((it) => `- ${plain(it)}`).join('\n')),
  ].join('\n\n'); // prettier-ignore
}

function triedText({ escalation, shadow }: PlanTrace, look: Look): string | undefined {
  const rows = [...escalation.map((it, index) => row(String(index + 1), it)), ...(shadow ? [row('beside', shadow)] : [])];
  if (rows.length === 0) return undefined;
  return table([{ head: '' }, { head: 'target' }, { head: 'outcome', wraps: true }, { head: 'took' }, { head: 'charged' }], rows, look);
}

const row = (place: string, { target, words, detail, durationMs, chargedUsd }: TraceAttempt): string[] => [
  place,
  plain(target),
  plain(detail ? `${words}: ${detail}` : words),
  duration(durationMs),
  dollars(chargedUsd),
];

function consideredText({ considered }: PlanTrace, look: Look): string | undefined {
  if (considered.length === 0) return undefined;
  const rows = considered.map(({ target, verdict, reason }) => [plain(target), plain(verdict), plain(reason)]);
  return table([{ head: 'target' }, { head: 'verdict' }, { head: 'why', wraps: true }], rows, look);
}

function predictionsText({ predictions }: PlanTrace, look: Look): string | undefined {
  if (predictions.length === 0) return undefined;
  const rows = predictions.map(({ what, predicted, actual }) => [plain(what), plain(predicted), plain(actual)]);
  return table([{ head: '' }, { head: 'predicted', wraps: true }, { head: 'actual', wraps: true }], rows, look);
}
