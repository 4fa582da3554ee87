import { stripVTControlCharacters } from 'node:util';
import type { Colors } from '../../sdk/cli/render/look.js';
import { duration } from '../../sdk/cli/render/time.js';
import { seconds } from '../time.js';
import type { Snapshot } from './snapshot.js';
import { dollars, span } from './view-figures.js';

/** A snapshot with what follows from it. */
export interface Score extends Snapshot {
  readonly name: string;
  /** Of 1. */
  readonly share: number;
  readonly tookMs: number;
  /** Undefined as long as nothing can be said. */
  readonly leftMs: number | undefined;
}

const barLength = 8;

/** A line an arm, in columns; two lines an arm where that does not fit. */
export function scoreTable(scores: readonly Score[], width: number, colors: Colors): string {
  const head = `${''.padEnd(10)}${cells(['wait', 'run', 'recov', 'done', 'gone', 'hits'])}${'spent/budget'.padStart(14)}`;
  const wide = [colors.dim(head), ...scores.map((it) => wideScore(it, colors))];
  const fits = wide.every((line) => stripVTControlCharacters(line).length <= width);
  return (fits ? wide : scores.map((it) => narrowScore(it, colors))).join('\n');
}

const columns = [5, 4, 6, 5, 5, 5];
const cells = (texts: readonly string[], paint: readonly ((text: string) => string)[] = []) =>
  texts.map((text, i) => (paint[i] ?? String)(text.padStart(columns[i]!))).join('');

function wideScore(score: Score, colors: Colors): string {
  const { jobs, landed } = score;
  const counts = [jobs.waiting, jobs.running, jobs.recovering, jobs.done, jobs.givenUp, landed].map(compact);
  const paint = [
    String,
    String,
    jobs.recovering > 0 ? colors.yellow : String,
    colors.green,
    jobs.givenUp > 0 ? colors.red : String,
    String,
  ];
  return `${score.name.padEnd(10)}${cells(counts, paint)}${money(score).padStart(14)} ${bar(score, colors)} ${progress(score, colors)}`;
}

function narrowScore(score: Score, colors: Colors): string {
  const { waiting, running, recovering, done, givenUp } = score.jobs;
  const states = `${waiting} wait ${running} run ${recovering} recov ${done} done ${givenUp} gone`;
  return `${score.name.padEnd(11)}${bar(score, colors)} ${progress(score, colors)}\n  ${colors.dim(`${states} ${dollars(score.spentUsd)}`)}`;
}

/** One line in words, for a log. */
export function scoreLine(score: Score): string {
  const { waiting, running, recovering, done, givenUp } = score.jobs;
  const left =
    score.leftMs === undefined ? '' : score.leftMs === 0 ? `, took ${duration(score.tookMs)}` : `, ${duration(score.leftMs)} left`;
  const parts = [
    `${score.done} of ${score.total} (${percent(score)})${left}`,
    `at ${span(seconds(score.elapsed))}`,
    `${waiting} waiting, ${running} running, ${recovering} recovering, ${done} done, ${givenUp} given up`,
    `${score.landed} ${score.landed === 1 ? 'loss' : 'losses'} landed`,
    `${dollars(score.spentUsd)} of ${dollars(score.budgetUsd)}`,
  ];
  return `${score.name}: ${parts.join('; ')}`;
}

function bar({ share }: Score, colors: Colors): string {
  const filled = Math.floor(share * barLength);
  return `${colors.cyan('█'.repeat(filled))}${colors.dim('░'.repeat(barLength - filled))}`;
}

function progress(score: Score, colors: Colors): string {
  const { leftMs, tookMs } = score;
  const time = leftMs === undefined ? '' : leftMs === 0 ? `✓ ${duration(tookMs)}` : duration(leftMs);
  return `${percent(score).padStart(4)} ${colors.dim(time)}`.trimEnd();
}

/** Rounded down: all of it is done when it is done. */
const percent = ({ share }: Score) => `${Math.floor(share * 100)}%`;

const money = ({ spentUsd, budgetUsd }: Score) => `${usd(spentUsd)}/${usd(budgetUsd)}`;

const usd = (amount: number) => (amount < 100 ? dollars(amount) : `$${amount.toFixed(0)}`);

const compact = (count: number) => (count < 10_000 ? String(count) : `${Math.floor(count / 1_000)}k`);
