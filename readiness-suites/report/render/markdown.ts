import type { AgentView, CellView, ModeView, PairView, ReadinessView, Tone, TrialView } from '../readiness-view.js';
import { markdownTable as table, markdownText as text } from './markdown-text.js';

const signs: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', none: '➖' };
const mostRows = 12;

/** The report as Markdown: for a pull request, a job summary, or a page of notes. */
export function renderMarkdown(view: ReadinessView): string {
  const blocks = [
    `# ${signs[view.verdict.tone]} ${view.verdict.word}`,
    text(view.verdict.sentence),
    ...view.reservations.map((it) => `> ${text(it)}`),
    ...view.agents.flatMap((agent) => agentBlocks(agent, view.agents.length > 1)),
    `## Rules`,
    [`- ${text(view.baseline)}`, ...view.changes.map((it) => `- ${signs[it.tone]} ${text(it.text)}`)].join('\n'),
    view.run.map(({ label, text: it }) => `${label}: ${text(it)}`).join(' · '),
  ];
  return `${blocks.filter((it) => it !== '').join('\n\n')}\n`;
}

function agentBlocks(agent: AgentView, several: boolean): string[] {
  const { blocker, verdict } = agent;
  return [
    `## ${text(agent.name)}`,
    code(agent.place),
    several ? `${signs[verdict.tone]} **${verdict.word}** ${text(verdict.sentence)}` : '',
    blocker ? `**Primary blocker: ${text(blocker.title)}.** ${text(blocker.reason)}` : '',
    blocker?.reproduce === undefined ? '' : fence(blocker.reproduce, 'sh'),
    agent.durability === '' ? '' : `**Durability delta.** ${text(agent.durability)}`,
    table(['', 'naked', 'durable', 'delta'], [...agent.categories.map((it) => pairRow(it.name, it)), pairRow('**overall**', agent.score)]),
    agent.headlines.length === 0
      ? ''
      : table(
          ['', 'naked', 'durable'],
          agent.headlines.map(({ label, naked, durable }) => [label, naked, durable].map(text)),
        ),
    '### Modes',
    table(
      ['Mode', 'naked', 'durable', ''],
      agent.modes.map((mode) => [
        text(mode.title),
        cell(mode.naked),
        cell(mode.durable),
        [mode.reason, ...mode.notes].filter(Boolean).map(text).join('<br>'),
      ]),
    ),
    ...agent.modes.flatMap(failures),
    [`### Judged by`, '', ...agent.rules.map(({ label, text: it }) => `- ${text(label)}: ${text(it)}`)].join('\n'),
  ];
}

function pairRow(name: string, { naked, durable, delta }: PairView): string[] {
  const points = (it: number | undefined) => (it === undefined ? '–' : String(it));
  return [name, points(naked), points(durable), delta === undefined ? '–' : delta > 0 ? `+${delta}` : String(delta)];
}

const cell = ({ tone, word, count }: CellView) => `${signs[tone]} ${text(`${word} ${count}`.trim())}`;

/** Failing trials of the durable arm; those of the naked one are in the page and the JSON. */
function failures(mode: ModeView): string[] {
  const shown = mode.failures.filter(({ arm }) => arm === 'durable');
  if (shown.length === 0) return [];
  return [
    `<details><summary>${text(mode.title)}: ${shown.length === 1 ? 'the trial' : 'the trials'} that did not pass</summary>`,
    ...shown.flatMap(trial),
    mode.reproduce === undefined ? '' : fence(mode.reproduce, 'sh'),
    '</details>',
  ];
}

function trial({ title, reason, facts, calls, moreCalls, stderr }: TrialView): string[] {
  const rows = calls.slice(0, mostRows);
  const more = moreCalls + calls.length - rows.length;
  return [
    `**${text(title)}**: ${text(reason)}`,
    facts.map(({ label, text: it }) => `- ${text(label)}: ${text(it)}`).join('\n'),
    rows.length === 0
      ? ''
      : table(
          ['Time', 'Process', 'Call', 'Outcome'],
          rows.map((it) => [it.time, String(it.process), code(it.what), `${it.isFault ? '⚡ ' : ''}${text(it.outcome)}`]),
        ),
    more === 0 ? '' : `… and ${more} more`,
    stderr.length === 0 ? '' : fence(stderr.join('\n'), ''),
  ];
}

/** A fence longer than any in the text. */
function fence(it: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, ...[...it.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${ticks}${language}\n${it}\n${ticks}`;
}

/** Code within a line or a cell of a table. */
function code(it: string): string {
  const ticks = '`'.repeat(Math.max(1, ...[...it.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const space = ticks.length > 1 ? ' ' : '';
  return `${ticks}${space}${it.replaceAll('|', String.raw`\|`)}${space}${ticks}`;
}
