import { stripVTControlCharacters } from 'node:util';
import type { Colors } from '../../../sdk/cli/render/look.js';
import { table } from '../../../sdk/cli/render/table.js';
import type { Tone } from '../../../readiness-suites/report/readiness-view.js';
import { badge } from '../../../readiness-suites/report/render/badge.js';
import { labelled } from '../../../readiness-suites/report/render/labelled.js';
import type { TerminalLook } from '../../../readiness-suites/report/render/terminal-look.js';
import { wrapText } from '../../../readiness-suites/report/render/wrap-text.js';
import { saidFigure } from '../view-figures.js';
import type { CellView, ColonyView, DeltaView, FigureView } from '../colony-view.js';

/** The benchmark for a terminal: the verdict, what durability changes, then every arm, then how it was measured. */
export function renderColonyTerminal(view: ColonyView, look: TerminalLook): string {
  const { verdict, reasons, deltas, violations, facts, run } = view;
  const blocks = [
    badge(verdict.tone, verdict.word, verdict.sentence, look),
    reasons.map((it) => bullet(it, look)).join('\n'),
    ...deltas.map((it) => delta(it, look)),
    measures(view, look),
    wrapText(view.legend, look.width - 2)
      .map((line) => look.colors.dim(` ${line}`))
      .join('\n'),
    violations.map((it) => bullet(look.colors.red(it), look)).join('\n'),
    breakEven(view, look),
    [...facts, ...run].map(({ label, text }) => labelled(label, text, look)).join('\n'),
    seedCompat(view, look),
  ];
  return `\n${blocks.filter((it) => it !== '').join('\n\n')}\n`;
}

function bullet(text: string, { width }: TerminalLook): string {
  return wrapText(text, width - 5)
    .map((line, i) => ` ${i === 0 ? '-' : ' '} ${line}`)
    .join('\n');
}

function delta({ title, judged, points, cost }: DeltaView, look: TerminalLook): string {
  const { colors } = look;
  const foremost = points.find((it) => it.foremost);
  const others = points.filter((it) => !it.foremost).map((it) => `${saidFigure(it)} in ${it.factor}×`);
  const heading = wrapText(judged ? title : `Also: ${title}`, look.width - 2).map((line) => ` ${judged ? colors.bold(line) : line}`);
  const lines = [
    ...(foremost ? [figure(`done in ${foremost.factor}× the ideal span`, foremost, look)] : []),
    cost ? figure('cost of a completed job', cost, look) : `   ${colors.dim('cost of a completed job: none to compare')}`,
    ...(judged && others.length > 0 ? wrapText(`also ${others.join(', ')}`, look.width - 5).map((line) => `   ${colors.dim(line)}`) : []),
  ];
  return [...heading, ...lines].join('\n');
}

function figure(label: string, it: FigureView, { width, colors }: TerminalLook): string {
  const value = colors.bold(paint(it.tone, colors)(saidFigure(it).padEnd(14)));
  const within = `95%: ${it.interval}`;
  if (width < 70) return `   ${label}\n     ${value} ${colors.dim(within)}`;
  return `   ${label.padEnd(30)}${value}  ${colors.dim(within)}`;
}

const paint = (tone: Tone, colors: Colors) => ({ good: colors.green, bad: colors.red, unsure: colors.yellow, none: String })[tone];

/** Arms beside one another, or one below the other where that does not fit. */
function measures(view: ColonyView, { width, colors }: TerminalLook): string {
  const { arms, measures } = view;
  const rows = measures.flatMap(({ label, cells }) => [
    [label, ...cells.map(({ tone, text }) => paint(tone, colors)(text))],
    ...(cells.some(({ note }) => note !== '') ? [['', ...cells.map(({ note }) => colors.dim(note))]] : []),
  ]);
  const columns = ['', ...arms.map(({ name }) => name)].map((head) => ({ head }));
  const drawn = table(columns, rows, { width: Infinity, colors, now: new Date(0) }).replace(/^/gm, ' ');
  const widest = Math.max(...drawn.split('\n').map((line) => stripVTControlCharacters(line).length));
  return widest > width ? stackedMeasures(view, colors) : drawn;
}

function stackedMeasures({ arms, measures }: ColonyView, colors: Colors): string {
  const one = ({ tone, text, note }: CellView) => `${paint(tone, colors)(text)}${note === '' ? '' : colors.dim(` (${note})`)}`;
  const block = (name: string, index: number) =>
    [` ${colors.bold(name)}`, ...measures.map(({ label, cells }) => `   ${colors.dim(label.padEnd(15))}${one(cells[index]!)}`)].join('\n');
  return arms.map(({ name }, index) => block(name, index)).join('\n\n');
}

function breakEven({ breakEven }: ColonyView, { width, colors }: TerminalLook): string {
  if (breakEven.length === 0) return '';
  const pairs = [...new Set(breakEven.map(({ pair }) => pair))];
  const blocks = pairs.map((pair) => {
    const rows = breakEven
      .filter((row) => row.pair === pair)
      .map(({ lossesPerJob, points, cost, tone, word }) => [
        lossesPerJob,
        `${points.text} ${colors.dim(`(${points.interval})`)}`,
        cost ? `${cost.text} ${colors.dim(`(${cost.interval})`)}` : '–',
        paint(tone, colors)(word),
      ]);
    const columns = [{ head: 'losses' }, { head: 'points in 1.5×' }, { head: 'cost' }, { head: 'outcome' }];
    const heading = wrapText(pair, width - 2).map((line) => ` ${colors.bold(line)}`);
    return [...heading, table(columns, rows, { width: width - 2, colors, now: new Date(0) }).replace(/^(?=.)/gm, '   ')].join('\n');
  });
  return [' Where it pays, by losses per job length', ...blocks].join('\n\n');
}

function seedCompat({ seedCompat }: ColonyView, look: TerminalLook): string {
  if (seedCompat.length === 0) return '';
  const rows = seedCompat.flatMap(({ row, naive, durable }) => [
    labelled(row, `naive ${naive}`, look),
    labelled('', `durable ${durable}`, look),
  ]);
  return [` ${look.colors.yellow('Flawed protocol, kept for comparison')}`, ...rows].join('\n');
}
