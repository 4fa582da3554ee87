import type { Tone } from '../../../readiness-suites/report/readiness-view.js';
import { markdownTable, markdownText as text } from '../../../readiness-suites/report/render/markdown-text.js';
import { saidFigure } from '../view-figures.js';
import type { ColonyView, DeltaView, FigureView } from '../colony-view.js';

const signs: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', none: '➖' };

/** The benchmark as Markdown: for a pull request or a job summary. */
export function renderColonyMarkdown(view: ColonyView): string {
  const { verdict, reasons, deltas, arms, measures, legend, violations, facts, run } = view;
  const blocks = [
    `# ${signs[verdict.tone]} ${verdict.word}`,
    text(verdict.sentence),
    list(reasons),
    '## What durability changes',
    deltaTable(deltas),
    '## All arms',
    markdownTable(
      ['', ...arms.map(({ name }) => text(name))],
      measures.map(({ label, cells }) => [
        text(label),
        ...cells.map((cell) => `${text(cell.text)}${cell.note === '' ? '' : `<br><sub>${text(cell.note)}</sub>`}`),
      ]),
    ),
    text(legend),
    violations.length === 0 ? '' : `## Promises that were not kept\n\n${list(violations)}`,
    breakEven(view),
    '## Protocol',
    facts.map(({ label, text: it }) => `- ${text(label)}: ${text(it)}`).join('\n'),
    seedCompat(view),
    run.map(({ label, text: it }) => `${text(label)}: ${text(it)}`).join(' · '),
  ];
  return `${blocks.filter((it) => it !== '').join('\n\n')}\n`;
}

const list = (items: readonly string[]) => items.map((it) => `- ${text(it)}`).join('\n');

const figure = (it: FigureView | undefined) => (it ? `${signs[it.tone]} **${text(saidFigure(it))}** (${text(it.interval)})` : '–');

function deltaTable(deltas: readonly DeltaView[]): string {
  const factors = deltas[0]?.points.map(({ factor }) => factor) ?? [];
  return markdownTable(
    ['', ...factors.map((factor) => `done in ${factor}×`), 'cost per job'],
    deltas.map(({ title, judged, points, cost }) => [
      judged ? `**${text(title)}**` : text(title),
      ...factors.map((factor) => figure(points.find((it) => it.factor === factor))),
      figure(cost),
    ]),
  );
}

function breakEven({ breakEven }: ColonyView): string {
  if (breakEven.length === 0) return '';
  const rows = breakEven.map(({ lossesPerJob, pair, points, cost, tone, word }) => [
    lossesPerJob,
    text(pair),
    `${text(points.text)} (${text(points.interval)})`,
    cost ? `${text(cost.text)} (${text(cost.interval)})` : '–',
    `${signs[tone]} ${text(word)}`,
  ]);
  return `## Where it pays\n\n${markdownTable(['losses per job', 'pair', 'points in 1.5×', 'cost per job', ''], rows)}`;
}

function seedCompat({ seedCompat }: ColonyView): string {
  if (seedCompat.length === 0) return '';
  const rows = seedCompat.map(({ row, naive, durable }) => [row, naive, durable].map(text));
  return `## Flawed protocol, kept for comparison\n\n${markdownTable(['schedule', 'naive', 'durable'], rows)}`;
}
