import { costMicros, toUsd, worstCaseMicros } from '../../models/cost.js';
import type { Confidence, Estimate, TaskClass } from '../plan.js';
import type { PlannerTarget } from '../target.js';
import type { Track } from './outcome-history.js';
import { wilson } from './wilson.js';

/** How long answers usually are, in tokens, until that was measured. */
const usualOutput: Readonly<Record<TaskClass, number>> = { json_extraction: 300, code: 800, summarization: 300, chat: 400, other: 400 };

/** How many measurements what is assumed weighs: against better ones, against worse ones, and against lengths. */
const assumedWeight = { better: 10, worse: 2, length: 5 };

/**
 * What a target is expected to do with a prompt of so many tokens and an answer of at most `maxOutput`. What is assumed of a
 * target and what was measured are weighed against each other; bad news is believed sooner than good news.
 */
export function estimate(
  target: PlannerTarget,
  track: Track,
  taskClass: TaskClass,
  promptTokens: number,
  maxOutput: number,
  choices = 1,
): Estimate {
  const { verified, passed } = track;
  const { lower, upper } = wilson(passed, verified);
  const outputTokens = Math.min(maxOutput, Math.ceil(expectedOutput(track, taskClass, choices)));
  const usage = { inputTokens: promptTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  const latencyP50Ms = latency(target.latencyPrior.p50Ms, track.latencyP50Ms, track.timed);
  return {
    costUsd: toUsd(costMicros(usage, target.prices)),
    worstCaseUsd: toUsd(worstCaseMicros(promptTokens, maxOutput, target.prices)),
    latencyP50Ms,
    latencyP95Ms: Math.max(latencyP50Ms, latency(target.latencyPrior.p95Ms, track.latencyP95Ms, track.timed)),
    success: { rate: verified === 0 ? undefined : passed / verified, lower, upper, samples: verified },
    confidence: confidenceOf(verified, upper - lower),
  };
}

/** The usual length of all choices of an answer, in tokens. */
export function expectedOutput(track: Track, taskClass: TaskClass, choices: number): number {
  return mixed(usualOutput[taskClass] * choices, assumedWeight.length, track.usualOutput, track.lengths);
}

function latency(assumed: number, measured: number, samples: number): number {
  return Math.round(mixed(assumed, measured < assumed ? assumedWeight.better : assumedWeight.worse, measured, samples));
}

const mixed = (assumed: number, weight: number, measured: number, samples: number) =>
  (assumed * weight + measured * samples) / (weight + samples);

/** By how many answers were verified, and how closely they bound the success rate. */
function confidenceOf(samples: number, width: number): Confidence {
  if (samples >= 20 && width <= 0.2) return 'high';
  return samples >= 8 && width <= 0.4 ? 'medium' : 'low';
}
