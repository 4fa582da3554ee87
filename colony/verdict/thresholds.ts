/** What a class must reach to be shipped. Bounds are ends of 95% intervals. */
export interface Thresholds {
  /** The lower bound of durable − naive, in points of completion within 1.5 times the ideal span. */
  readonly completionPoints: number;
  /** The upper bound of the cost of a completed job, durable over naive. */
  readonly costRatio: number;
  /** What records may cost where nothing is lost, as a fraction of the time without them. */
  readonly overhead: number;
  /** With fewer kills that met a machine, nothing is concluded. */
  readonly kills: number;
  /** With fewer seeds an interval says too little of how seeds differ, and nothing is concluded. */
  readonly seeds: number;
}

/** Where losses are rare, records cannot pay for themselves; they must not cost much, either. */
const rare = { completionPoints: -5, costRatio: 1.1 };
const once = { completionPoints: 15, costRatio: 0.8 };
const twice = { completionPoints: 40, costRatio: 0.55 };

/** The thresholds for jobs that lose their machine so often, on average, before they are done. */
export function thresholdsFor(lossesPerJob: number): Thresholds {
  const wanted = lossesPerJob >= 1.5 ? twice : lossesPerJob >= 0.75 ? once : rare;
  return { ...wanted, overhead: 0.1, kills: 30, seeds: 5 };
}
