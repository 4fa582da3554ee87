import type { AgentView, CellView, Fact, ModeView, PairView, ReadinessView, Tone } from '../readiness-view.js';
import { badge } from './badge.js';
import { labelled, margin } from './labelled.js';
import type { TerminalLook } from './terminal-look.js';
import { wrapText } from './wrap-text.js';

const barLength = 10;
const signs: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', none: '·' };

/** The report for a terminal: the verdict first, then what stands in its way, then the figures. */
export function renderTerminal(view: ReadinessView, look: TerminalLook): string {
  const blocks = [
    badge(view.verdict.tone, view.verdict.word, view.verdict.sentence, look),
    ...view.reservations.map((it) => labelled('But', it, look)),
    // The verdict on the first agent is that of the run, and stands above.
    ...view.agents.flatMap((agent, i) => agentBlocks(agent, i > 0, look)),
    rules(view, look),
  ];
  return `\n${blocks.filter((it) => it !== '').join('\n\n')}\n`;
}

/** One line on a run in which no mode was tried, as when `-t` picks other tests. */
export function renderTerminalLine(view: ReadinessView, { colors }: TerminalLook): string {
  return `\n ${colors.yellow(view.verdict.word)}  ${view.verdict.sentence}\n`;
}

function agentBlocks(agent: AgentView, hasOwnVerdict: boolean, look: TerminalLook): string[] {
  const { colors } = look;
  const [place = '', ...more] = wrapText(agent.place, look.width - agent.name.length - 3);
  const heading = [` ${colors.bold(agent.name)}  ${colors.dim(place)}`, ...more.map((it) => `   ${colors.dim(it)}`)].join('\n');
  const blocker = agent.blocker;
  return [
    hasOwnVerdict ? `${heading}\n${badge(agent.verdict.tone, agent.verdict.word, agent.verdict.sentence, look)}` : heading,
    blocker
      ? [
          labelled('Blocker', `${blocker.title}: ${blocker.reason}`, look, colors.bold),
          ...(blocker.reproduce === undefined ? [] : [command(blocker.reproduce, look)]),
        ].join('\n')
      : '',
    agent.durability === '' ? '' : labelled('Durability', agent.durability, look),
    categories(agent, look),
    headlines(agent, look),
    modes(agent.modes, look),
  ];
}

/** A command that is too long for the line goes on in the next, as a shell reads it. */
function command(text: string, { width, colors }: TerminalLook): string {
  const lines = margin + text.length > width ? text.replace(/ (?=-t )/, ' \\\n  ') : text;
  return lines
    .split('\n')
    .map((line) => `${' '.repeat(margin)}${colors.cyan(line)}`)
    .join('\n');
}

function categories({ categories, score }: AgentView, look: TerminalLook): string {
  const { colors } = look;
  const head = `${' '.repeat(margin)}${'naked (no engine)'.padEnd(19)}${'durable (engine)'.padEnd(19)}${'delta'.padStart(6)}`;
  const row = (name: string, pair: PairView, paint: (it: string) => string) =>
    ` ${paint(name.padEnd(margin - 1))}${bar(pair.naked, colors.yellow, look)}${bar(pair.durable, colors.cyan, look)}${delta(pair, look)}`;
  return [colors.dim(head), ...categories.map((it) => row(it.name, it, String)), row('overall', score, colors.bold)].join('\n');
}

function bar(points: number | undefined, paint: (it: string) => string, { colors }: TerminalLook): string {
  if (points === undefined) return colors.dim('–'.padEnd(19));
  const filled = Math.round((points / 100) * barLength);
  return `${paint('█'.repeat(filled))}${colors.dim('░'.repeat(barLength - filled))}${String(points).padStart(4)}     `;
}

function delta({ delta }: PairView, { colors }: TerminalLook): string {
  if (delta === undefined) return colors.dim('–'.padStart(6));
  const text = (delta > 0 ? `+${delta}` : String(delta)).padStart(6);
  return delta > 0 ? colors.green(text) : delta < 0 ? colors.red(text) : colors.dim(text);
}

function headlines({ headlines }: AgentView, { colors }: TerminalLook): string {
  return headlines.map(({ label, naked, durable }) => ` ${label.padEnd(25)}${colors.dim(naked.padStart(13))}  →  ${durable}`).join('\n');
}

function modes(modes: readonly ModeView[], look: TerminalLook): string {
  const { colors } = look;
  const longest = Math.min(32, Math.max(4, ...modes.map(({ title }) => title.length)) + 2);
  const head = colors.dim(` ${''.padEnd(longest)}${'naked (no engine)'.padEnd(20)}durable (engine)`);
  const rows = modes.flatMap((mode) => [
    ` ${short(mode.title, longest - 2).padEnd(longest)}${cell(mode.naked, look)}${cell(mode.durable, look)}`.trimEnd(),
    ...(mode.reason === '' ? [] : note(mode.reason, look)),
    ...mode.notes.flatMap((it) => note(it, look)),
  ]);
  return [head, ...rows].join('\n');
}

const short = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

const note = (text: string, { width, colors }: TerminalLook) => wrapText(text, width - 5).map((line) => colors.dim(`     ${line}`));

function cell({ tone, word, count }: CellView, { colors }: TerminalLook): string {
  const paint = { good: colors.green, bad: colors.red, unsure: colors.yellow, none: colors.dim }[tone];
  return paint(`${signs[tone]} ${word}${count === '' ? '' : ` ${count}`}`.padEnd(20));
}

function rules({ agents, baseline, changes }: ReadinessView, look: TerminalLook): string {
  const { colors } = look;
  const facts: readonly Fact[] =
    agents[0]?.rules.filter(({ label }) => ['Ships with', 'Model', 'Trials', 'Taken for reads'].includes(label)) ?? [];
  return [
    ...facts.map(({ label, text }) => labelled(label === 'Taken for reads' ? 'Reads' : label, text, look)),
    labelled('Baseline', baseline, look),
    ...changes.map(({ tone, text }) => labelled('', text, look, tone === 'bad' ? colors.red : (it) => it)),
  ].join('\n');
}
