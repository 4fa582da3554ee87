import { median } from '../print-figures.js';
import type { MachineFacts } from './machine-facts.js';
import type { Job, Measured } from './measure-peer.js';
import type { Durability } from './peer.js';
import type { PeerRow, Round } from './run-peers.js';

/** What `--json` writes. */
export interface PeersReport {
  readonly measuredAt: string;
  readonly machine: MachineFacts;
  readonly job: Job;
  readonly rows: readonly PeerRow[];
}

/** The cells of a row of the table, by their column; only a reason where there are no figures. */
export type PeerCells = Readonly<Record<string, string>>;

export const columns = ['one by one', '32 at a time', 'all at once', 'step p50 / p99 ms', '1,000 steps', 'growth', 'peak MB'] as const;

/** Medians with their spread, and ratios to the raw floor of the same round. */
export function cellsOf(row: PeerRow, rows: readonly PeerRow[]): PeerCells {
  const rounds = completed(row);
  if (rounds.length === 0) return { 'one by one': `no figures: ${row.reason ?? 'no round was run'}` };
  const floor = rows.find(({ name, durability }) => name === 'raw better-sqlite3' && durability === row.durability);
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const rate = (key: 'sequential' | 'concurrent' | 'allAtOnce') => {
    const values = rounds.map((round) => round[key]);
    return `${short(median(values))} (${short(Math.min(...values))}–${short(Math.max(...values))})${ratio(row, floor, key)}`;
  };
  const server = of((round) => round.serverMb);
  return {
    'one by one': rate('sequential'),
    '32 at a time': rate('concurrent'),
    'all at once': rate('allAtOnce'),
    'step p50 / p99 ms': `${of((round) => round.stepP50).toFixed(2)} / ${of((round) => round.stepP99).toFixed(2)}`,
    '1,000 steps': `${of((round) => round.longRunSeconds).toFixed(2)} s`,
    growth: of((round) => round.growth).toFixed(1),
    'peak MB': `${of((round) => round.peakMb).toFixed(0)}${server > 0 ? ` + ${server.toFixed(0)}` : ''}`,
  };
}

export function nameOf({ name, version }: PeerRow): string {
  return `${name} ${version}`.trim();
}

export function durabilityInWords(durability: Durability): string {
  return durability === 'full' ? 'FULL: every commit is on the disk' : 'NORMAL: a commit survives the process, not a loss of power';
}

/** On which machine, how often and under which load. */
export function circumstances({ measuredAt, machine, job, rows }: PeersReport): string {
  const loads = rows.flatMap((row) => completed(row).map(({ load }) => load));
  const rounds = Math.max(0, ...rows.map((row) => row.rounds.length));
  const load =
    loads.length > 0 ? `, the machine's load during it ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}` : '';
  return (
    `${measuredAt.slice(0, 10)}: ${rounds} rounds of ${job.runs} workflows of ${job.steps} steps of 200 bytes; ${machine.processors}, Node ${machine.node}, ` +
    `${machine.memoryGb} GB, a flush of 4 KiB ${machine.fsyncMs.toFixed(2)} ms before it${load}. Growth is of the medians of a hundred steps, which a checkpoint of the log does not move.`
  );
}

function completed(row: PeerRow): Round[] {
  // JSON has null in the place of a round that failed.
  return row.rounds.filter((round) => round !== undefined && round !== null);
}

function ratio(row: PeerRow, floor: PeerRow | undefined, key: keyof Measured): string {
  const pairs = row.rounds.flatMap((round, i) => {
    const raw = floor?.rounds[i];
    return round && raw ? [round[key] / raw[key]] : [];
  });
  return pairs.length > 0 ? ` ×${median(pairs).toFixed(2)}` : '';
}

const short = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
