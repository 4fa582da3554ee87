import Table from 'cli-table3';
import { categories, type Category } from '../models/triager.js';
import type { Inbox } from './read-inbox.js';
import { coloursFor, count, dollars, fit, printable } from './terminal.js';
import type { MailState } from './triage-mails.js';

const columns = ['replied', 'filed', 'flagged', 'declined'] as const;
const longestList = 10;

/** What has become of the mails, by category. */
export function summaryTable(states: readonly MailState[]): string {
  const colours = coloursFor(process.stdout);
  const table = new Table({
    head: ['category', ...columns, 'cost'].map((title) => colours.bold(title)),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const done = states.flatMap(({ result }) => (result ? [result] : []));
  for (const category of Object.keys(categories) as Category[]) {
    const here = done.filter((result) => result.category === category);
    if (here.length === 0) continue;
    const cells = columns.map((action) => here.filter((result) => result.action === action).length || '');
    table.push([category, ...cells, dollars(here.reduce((sum, { costUsd }) => sum + costUsd, 0))]);
  }
  const sums = columns.map((action) => done.filter((result) => result.action === action).length);
  table.push(['', ...sums, dollars(done.reduce((sum, { costUsd }) => sum + costUsd, 0))].map((cell) => colours.bold(cell)));
  return table.toString();
}

/** What was read, and what of it this process has worked on. */
export function workLine(states: readonly MailState[], calls: number, costUsd: number): string {
  const by = (work: MailState['work']) => states.filter((state) => state.work === work).length;
  return (
    `${count(states.length, 'mail')}: ${by('started')} new, ${by('resumed')} taken up again, ${by('none')} done before. ` +
    `${count(calls, 'model call')} now, ${dollars(costUsd)}.`
  );
}

/** One line a mail, at most ten. */
export function mailList(states: readonly MailState[], note: (state: MailState) => string = () => ''): string {
  const lines = states
    .slice(0, longestList)
    .map((state) => `  ${fit(state.from, 36)}  ${printable(`${state.subject || '(no subject)'}  ${note(state)}`).trim()}`);
  return [...lines, ...more(states.length)].join('\n');
}

export function unparsedList(unparsed: Inbox['unparsed']): string {
  const lines = unparsed.slice(0, longestList).map(({ source, reason }) => `  ${printable(source)}  ${printable(reason)}`);
  return [...lines, ...more(unparsed.length)].join('\n');
}

const more = (length: number) => (length > longestList ? [`  and ${count(length - longestList, 'other')} (--json lists all)`] : []);
