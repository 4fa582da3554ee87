/** What the closed forms are told; every span in the same unit, and losses by one of that unit. */
export interface LossModel {
  /** λ: how often a machine is lost in a unit of time, at times that know nothing of each other. */
  readonly lossRate: number;
  /** R: from a loss until another machine can work. No machine is lost meanwhile. */
  readonly replace: number;
}

export interface DurableModel extends LossModel {
  /** d: how long each stage takes. */
  readonly stages: readonly number[];
  /** c: what it takes to put a stage on record. */
  readonly checkpoint: number;
  /** r: what it takes to take a job up from its records. No machine is lost meanwhile. */
  readonly restore: number;
}

/**
 * How long a job of the given length takes on average, from its first machine's start to its end, if each loss sends it back to its
 * beginning: (e^λL − 1)(1/λ + R).
 *
 * Assumes that losses come as a Poisson process, that they are noticed at once (or that detection is part of R), that there is
 * always a machine to be had, and no pauses. It is the expectation over all histories: single jobs scatter widely around it.
 */
export function expectedScratch(length: number, { lossRate, replace }: LossModel): number {
  return expectedUninterrupted(length, lossRate, replace);
}

/**
 * How long a job takes on average if each loss sends it back to the beginning of its stage: Σ (e^λ(d + c) − 1)(1/λ + R + r).
 *
 * Assumes what `expectedScratch` does, and that a stage that is lost while it is put on record is lost as a whole. Node-local work
 * that each new machine has to do is part of `restore`.
 */
export function expectedDurable({ lossRate, replace, stages, checkpoint, restore }: DurableModel): number {
  return stages.reduce((sum, stage) => sum + expectedUninterrupted(stage + checkpoint, lossRate, replace + restore), 0);
}

/** Until a span has passed without a loss, where each loss costs what it takes to go on. `expm1` keeps the digits of small rates. */
function expectedUninterrupted(span: number, lossRate: number, afterLoss: number): number {
  if (lossRate === 0) return span;
  return Math.expm1(lossRate * span) * (1 / lossRate + afterLoss);
}
