import { quantileSorted } from 'simple-statistics';
import { median } from '../print-figures.js';
import { stepText, type StepValue } from '../step-value.js';
import type { PeerModule, Setting } from './peer.js';

/** How much is asked of each engine. */
export interface Job {
  /** One after another, then so many at a time, then all at once. */
  readonly runs: number;
  readonly steps: number;
  readonly concurrency: number;
  /** Of one long run. */
  readonly longSteps: number;
  /** A phase asks for no more runs after so many seconds; its rate is of those that were done. */
  readonly seconds: number;
  /** For so many seconds before anything is measured runs are asked for, `concurrency` at a time: engines are in processes that live long. */
  readonly warmUpSeconds: number;
}

/** What one process has found, in one round. Rates are workflows a second. */
export interface Measured {
  readonly sequential: number;
  readonly concurrent: number;
  readonly allAtOnce: number;
  /** Milliseconds from one step's body to the next one's, with runs one after another. */
  readonly stepP50: number;
  readonly stepP99: number;
  readonly longRunSeconds: number;
  /** What a step took in the last hundred of the long run, to what one took in the first hundred; of their medians. */
  readonly growth: number;
  /** Megabytes of this process at its peak. */
  readonly peakMb: number;
}

/** Opens an engine and has it do the job. */
export async function measurePeer({ open }: PeerModule, setting: Omit<Setting, 'work'>, job: Job): Promise<Measured> {
  let starts: number[] = [];
  let bodies = 0;
  const work = (i: number): StepValue => {
    bodies++;
    if (i === 0) starts.push(Number.NaN);
    starts.push(performance.now());
    return { i, text: stepText };
  };
  const peer = await open({ ...setting, work });
  let asked = 0;
  const run = async (steps: number) => {
    asked += steps;
    const length = await peer.run(steps);
    if (length !== steps * stepText.length) throw new Error(`a run of ${steps} steps gave ${length}, not ${steps * stepText.length}`);
  };
  const phase = async (lanes: number, runs = job.runs, seconds = job.seconds) => {
    const begun = performance.now();
    const until = begun + seconds * 1000;
    let done = 0;
    let left = runs;
    const lane = async () => {
      while (left-- > 0 && performance.now() < until) {
        await run(job.steps);
        done++;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return done / ((performance.now() - begun) / 1000);
  };

  await phase(job.concurrency, Infinity, job.warmUpSeconds);
  starts = [];
  const sequential = await phase(1);
  const intervals = betweenBodies(starts);
  const concurrent = await phase(job.concurrency);
  const allAtOnce = await phase(job.runs);
  starts = [];
  const begun = performance.now();
  await run(job.longSteps);
  const longRunSeconds = (performance.now() - begun) / 1000;
  const long = betweenBodies(starts);
  await peer.close();
  if (bodies !== asked) throw new Error(`${asked} steps were asked for, and ${bodies} bodies ran`);
  const sorted = intervals.toSorted((a, b) => a - b);
  return {
    sequential,
    concurrent,
    allAtOnce,
    stepP50: quantileSorted(sorted, 0.5),
    stepP99: quantileSorted(sorted, 0.99),
    longRunSeconds,
    // Of the medians: a checkpoint of the log, which comes now and then, is nobody's growth.
    growth: median(long.slice(-100)) / median(long.slice(0, 100)),
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

/** Times are of bodies; where a run begins stands a NaN, so nothing is counted across runs. */
function betweenBodies(starts: readonly number[]): number[] {
  return starts.slice(1).flatMap((time, i) => (Number.isNaN(time - starts[i]!) ? [] : [time - starts[i]!]));
}
