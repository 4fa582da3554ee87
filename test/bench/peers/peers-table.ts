import { median } from '../print-figures.js';
import type { Measured } from './measure-peer.js';
import type { Durability } from './peer.js';
import type { PeerRow, Round } from './run-peers.js';

/** Prints one table a durability: medians, their spread, and ratios to the raw floor of the same round. */
export function printPeers(rows: readonly PeerRow[]): void {
  for (const durability of ['full', 'normal'] as const) {
    const ofIt = rows.filter((row) => row.durability === durability);
    const floor = ofIt.find(({ name }) => name === 'raw better-sqlite3');
    if (ofIt.length === 0) continue;
    console.log(
      `\n${wordsFor(durability)}; workflows a second, median of the rounds (least to most), × that of the raw floor in the same round`,
    );
    console.table(Object.fromEntries(ofIt.map((row) => [nameOf(row), inWords(row, floor)])));
  }
  for (const row of rows) if (row.reason !== undefined) console.log(`${nameOf(row)}, ${row.durability}: ${row.reason}`);
}

function wordsFor(durability: Durability): string {
  return durability === 'full' ? 'FULL: every commit is on the disk' : 'NORMAL: a commit survives the process, not a loss of power';
}

function nameOf({ name, version }: PeerRow): string {
  return `${name} ${version}`.trim();
}

function inWords(row: PeerRow, floor: PeerRow | undefined): Record<string, string> {
  const rounds = row.rounds.filter((round) => round !== undefined);
  if (rounds.length === 0) return { 'one by one': 'no figures: see below' };
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

function ratio(row: PeerRow, floor: PeerRow | undefined, key: keyof Measured): string {
  const pairs = row.rounds.flatMap((round, i) => {
    const raw = floor?.rounds[i];
    return round && raw ? [round[key] / raw[key]] : [];
  });
  return pairs.length > 0 ? ` ×${median(pairs).toFixed(2)}` : '';
}

const short = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
