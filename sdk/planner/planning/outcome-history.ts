import { medianSorted, quantileSorted } from 'simple-statistics';
import type { Attempt } from '../attempt.js';
import type { TaskClass } from '../plan.js';
import type { Outcome } from './outcome.js';

/** What is known of a target's work of one kind. */
export interface Track {
  /** Answers that could be verified, and those of them that passed. */
  readonly verified: number;
  readonly passed: number;
  /** Attempts whose time was measured. */
  readonly timed: number;
  readonly latencyP50Ms: number;
  readonly latencyP95Ms: number;
  /** Answers whose length is known, and the middle one of these lengths, in tokens. */
  readonly lengths: number;
  readonly usualOutput: number;
}

/** So many of the latest outcomes are kept, of each target and kind of work. */
export const windowSize = 200;

const nothing: Track = { verified: 0, passed: 0, timed: 0, latencyP50Ms: 0, latencyP95Ms: 0, lengths: 0, usualOutput: 0 };

interface Series {
  readonly outcomes: Outcome[];
  /** Outcomes since the track was last made. */
  unseen: number;
  track: Track | undefined;
}

/**
 * The latest outcomes of every target, by kind of work, in memory. What planners see of them is renewed when it has grown
 * by a tenth, so that plans of the same request stay the same for a while and can be cached; `epoch` tells when.
 */
export class OutcomeHistory {
  readonly #series = new Map<string, Series>();
  readonly #epochs = new Map<TaskClass, number>();

  /** Learns from outcomes, oldest first. */
  record(...outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const key = keyOf(outcome.targetId, outcome.model, outcome.taskClass);
      let series = this.#series.get(key);
      if (!series) this.#series.set(key, (series = { outcomes: [], unseen: 0, track: undefined }));
      series.outcomes.push(outcome);
      if (series.outcomes.length > windowSize) series.outcomes.shift();
      if (++series.unseen * 10 < series.outcomes.length) continue;
      series.unseen = 0;
      series.track = undefined;
      this.#epochs.set(outcome.taskClass, this.epoch(outcome.taskClass) + 1);
    }
  }

  /** Changes with what is known of this kind of work, and only then. */
  epoch(taskClass: TaskClass): number {
    return this.#epochs.get(taskClass) ?? 0;
  }

  track(target: { readonly id: string; readonly model: string }, taskClass: TaskClass): Track {
    const series = this.#series.get(keyOf(target.id, target.model, taskClass));
    if (!series) return nothing;
    // Made when first asked for within an epoch, of what was known when the epoch began.
    return (series.track ??= trackOf(series.outcomes.slice(0, series.outcomes.length - series.unseen)));
  }
}

/** What an attempt teaches; undefined if nothing. */
export function outcomeOf(attempt: Attempt, taskClass: TaskClass): Outcome | undefined {
  const { targetId, model, outcome, startedAt, durationMs, usage } = attempt;
  const answered = outcome === 'passed_check' || outcome === 'failed_check' || outcome === 'no_check_completed';
  if (!answered && outcome !== 'latency_breach') return undefined;
  const passed = outcome === 'passed_check' ? true : outcome === 'failed_check' ? false : undefined;
  const outputTokens = answered ? usage?.outputTokens : undefined;
  return { targetId, model, taskClass, at: startedAt + durationMs, passed, latencyMs: durationMs, outputTokens };
}

function trackOf(outcomes: readonly Outcome[]): Track {
  const latencies = sorted(outcomes.map(({ latencyMs }) => latencyMs));
  const lengths = sorted(outcomes.map(({ outputTokens }) => outputTokens));
  return {
    verified: outcomes.filter(({ passed }) => passed !== undefined).length,
    passed: outcomes.filter(({ passed }) => passed === true).length,
    timed: latencies.length,
    latencyP50Ms: latencies.length > 0 ? quantileSorted(latencies, 0.5) : 0,
    latencyP95Ms: latencies.length > 0 ? quantileSorted(latencies, 0.95) : 0,
    lengths: lengths.length,
    usualOutput: lengths.length > 0 ? medianSorted(lengths) : 0,
  };
}

const sorted = (values: readonly (number | undefined)[]) => values.filter((it) => it !== undefined).sort((a, b) => a - b);

const keyOf = (targetId: string, model: string, taskClass: TaskClass) => JSON.stringify([targetId, model, taskClass]);
