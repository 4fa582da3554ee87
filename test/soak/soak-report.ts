import { quantile } from 'simple-statistics';
import { loadInWords, printFigures, type Figure } from '../bench/print-figures.js';
import type { Customers } from './customers.js';
import type { Disturbances } from './disturbances.js';
import type { Gauges, Quantity, Sample, Trend } from './gauges.js';
import type { OutsideServer } from './outside-server.js';
import type { People } from './people.js';
import type { SoakOptions } from './soak.js';

/** What workers have told of. */
export interface Counts {
  /** Writes of processes that had lost the run. */
  fenced: number;
  /** Runs whose commit the store refused. */
  stalled: number;
  /** Runs that were taken up after their process was lost. */
  lost: number;
  pruned: number;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** What a soak has found. Times in milliseconds, sizes in megabytes. */
export interface SoakReport {
  readonly options: SoakOptions;
  readonly seconds: number;
  readonly orders: { readonly started: number; readonly completed: number; readonly failed: number; readonly replayed: number };
  readonly decided: { readonly approvals: number; readonly signals: number; readonly doubts: number };
  readonly effects: number;
  readonly late: number;
  readonly kills: number;
  readonly stops: number;
  readonly counts: Counts;
  readonly refusals: Readonly<Record<string, number>>;
  readonly latency: Percentiles | undefined;
  readonly recovery: Percentiles | undefined;
  readonly trends: Readonly<Record<Quantity, Trend>>;
  /** One in ten. */
  readonly samples: readonly Sample[];
  readonly broken: readonly string[];
}

interface Parts {
  readonly options: SoakOptions;
  readonly seconds: number;
  readonly customers: Customers;
  readonly people: People;
  readonly outside: OutsideServer;
  readonly disturbances: Disturbances;
  readonly gauges: Gauges;
  readonly counts: Counts;
  readonly broken: readonly string[];
}

export function soakReport({ options, seconds, customers, people, outside, disturbances, gauges, counts, broken }: Parts): SoakReport {
  const { started, completed, failed, replayed, signals, refusals, latencies } = customers;
  return {
    options,
    seconds,
    orders: { started, completed, failed, replayed },
    decided: { approvals: people.approvals, signals, doubts: people.doubts },
    effects: outside.effects,
    late: outside.late,
    kills: disturbances.kills,
    stops: disturbances.stops,
    counts,
    refusals,
    latency: percentiles(latencies),
    recovery: percentiles(disturbances.recoveries),
    trends: { memory: gauges.trend('memory'), file: gauges.trend('file'), wal: gauges.trend('wal') },
    samples: gauges.samples.filter((_, index) => index % 10 === 0),
    broken,
  };
}

function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const [p50, p95, p99, most] = quantile([...values], [0.5, 0.95, 0.99, 1]) as [number, number, number, number];
  return { p50, p95, p99, most };
}

export function printSoak({ orders, decided, counts, trends, ...report }: SoakReport): void {
  const times = (it: Percentiles | undefined) =>
    it ? `${it.p50.toFixed(0)} / ${it.p95.toFixed(0)} / ${it.p99.toFixed(0)} / ${it.most.toFixed(0)} ms` : 'none';
  const trend = ({ mean, most, growth }: Trend) => `${mean.toFixed(1)} / ${most.toFixed(1)} / ${growth.toFixed(1)} MB`;
  const { started, completed, failed, replayed } = orders;
  const figures: readonly Figure[] = [
    { what: 'orders started / completed / failed as they should', figure: `${started} / ${completed} / ${failed}` },
    { what: 'histories replayed', figure: String(replayed) },
    { what: 'approvals / signals / doubts decided', figure: `${decided.approvals} / ${decided.signals} / ${decided.doubts}` },
    { what: 'effects outside', figure: String(report.effects) },
    { what: 'kills / stops longer than a lease', figure: `${report.kills} / ${report.stops}` },
    { what: 'runs taken up from a lost process', figure: String(counts.lost) },
    { what: 'writes refused: fenced / commit impossible', figure: `${counts.fenced} / ${counts.stalled}` },
    { what: 'effects of stopped processes that came too late', figure: String(report.late) },
    { what: 'runs deleted after their retention', figure: String(counts.pruned) },
    { what: 'order that waits for nobody, p50 / p95 / p99 / most', figure: times(report.latency) },
    { what: 'from a kill to the first of its runs going on, p50 / p95 / p99 / most', figure: times(report.recovery) },
    { what: 'memory of a worker that lives, mean / most / growth', figure: trend(trends.memory) },
    { what: 'database file, mean / most / growth', figure: trend(trends.file) },
    { what: 'WAL, mean / most / growth', figure: trend(trends.wal) },
  ];
  printFigures(`${(report.seconds / 60).toFixed(1)} minutes, ${report.options.processes} processes; ${loadInWords()}`, figures);
  for (const what of report.broken) console.log(`BROKEN: ${what}`);
}
