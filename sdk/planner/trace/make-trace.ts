import { toMicros, toUsd } from '../../models/cost.js';
import type { Attempt } from '../attempt.js';
import type { Plan, PlannedStep } from '../plan.js';
import type { PlanTrace, TraceAttempt } from '../plan-trace.js';
import { amount, dollars, time, tokens } from '../planning/words.js';
import { confidenceWords, constraintWords, headline, outcomeWords, percent, taskWords, verdictWords } from './trace-words.js';

/** All that is on record of a request. */
export interface TraceRecord {
  readonly plan: Plan;
  /** In the order in which they were made; the shadow is none of them. */
  readonly attempts: readonly Attempt[];
  readonly shadow: Attempt | undefined;
  readonly state: PlanTrace['state'];
  /** In milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** What is shown of a request, made of its records alone. */
export function makeTrace(requestId: string, { plan, attempts, shadow, state, receivedAt }: TraceRecord): PlanTrace {
  const answer = state === 'answered' ? attempts.findLast(isAnswer) : undefined;
  const all = shadow ? [...attempts, shadow] : attempts;
  const totals = {
    costUsd: sum(all, ({ costUsd }) => costUsd ?? 0),
    chargedUsd: sum(all, ({ chargedUsd }) => chargedUsd),
    durationMs: Math.max(receivedAt, ...attempts.map(({ startedAt, durationMs }) => startedAt + durationMs)) - receivedAt,
    attempts: attempts.filter(({ outcome }) => outcome !== 'skipped').length,
  };
  return {
    requestId,
    state,
    headline: headline(plan, attempts, answer, state),
    confidenceNote: confidenceWords(plan),
    taskClass: taskWords[plan.taskClass],
    constraints: constraintWords(plan.constraints),
    chosen: answer?.targetName,
    considered: plan.candidates.map(({ targetName, verdict, reason }) => ({ target: targetName, verdict: verdictWords[verdict], reason })),
    escalation: attempts.map(shown),
    shadow: shadow && shown(shadow),
    predictions: answer ? [...ofAnswer(plan, answer), ...ofRequest(plan, totals)] : [],
    wouldChange: plan.infeasible?.wouldChange ?? [],
    totals,
  };
}

/** A streamed answer that failed its check is the answer all the same: its caller has it. */
const isAnswer = ({ outcome, firstTokenMs }: Attempt) =>
  outcome === 'passed_check' || outcome === 'no_check_completed' || (outcome === 'failed_check' && firstTokenMs !== undefined);

function ofAnswer({ chain, promptTokens }: Plan, answer: Attempt): PlanTrace['predictions'] {
  const step = chain.find(({ targetId }) => targetId === answer.targetId);
  if (!step) return [];
  const { costUsd, worstCaseUsd, latencyP50Ms, latencyP95Ms, success } = step.estimate;
  const { usage } = answer;
  const verified = answer.outcome === 'passed_check' || answer.outcome === 'failed_check';
  return [
    {
      what: 'cost of the answer',
      predicted: costWords(costUsd, worstCaseUsd),
      actual: answer.costUsd === undefined ? `not known, ${dollars(answer.chargedUsd)} charged` : dollars(answer.costUsd),
    },
    { what: 'time of the answer', predicted: `${time(latencyP50Ms)}, rarely over ${time(latencyP95Ms)}`, actual: time(answer.durationMs) },
    ...(usage
      ? [{ what: 'prompt', predicted: `at most ${tokens(promptTokens)}`, actual: tokens(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens) }]
      : []),
    ...(verified
      ? [
          {
            what: 'its check',
            predicted: success.rate === undefined ? 'nobody knows yet' : `passes in ${percent(success.lower)} to ${percent(success.upper)} of cases`,
            actual: answer.outcome === 'passed_check' ? 'passed' : 'failed',
          },
        ]
      : []),
  ]; // prettier-ignore
}

function costWords(costUsd: number, worstCaseUsd: number): string {
  if (worstCaseUsd === 0) return 'nothing';
  return costUsd === worstCaseUsd ? `at most ${dollars(worstCaseUsd)}` : `${dollars(costUsd)}, at most ${dollars(worstCaseUsd)}`;
}

function ofRequest(plan: Plan, totals: PlanTrace['totals']): PlanTrace['predictions'] {
  const most = Math.min(plan.constraints.maxCostUsd ?? Infinity, worstCase(plan));
  const expected = plan.chain[0]?.estimate.costUsd ?? 0;
  return [
    {
      what: 'cost of the whole request',
      predicted: most === 0 ? 'nothing' : `${dollars(expected)} if the first one answers, at most ${dollars(most)}`,
      actual:
        totals.chargedUsd === totals.costUsd
          ? dollars(totals.costUsd)
          : `${dollars(totals.costUsd)} known, ${dollars(totals.chargedUsd)} charged`,
    },
    {
      what: 'time of the whole request',
      predicted: plan.constraints.maxLatencyMs === undefined ? 'no limit' : `within ${time(plan.constraints.maxLatencyMs)}`,
      actual: time(totals.durationMs),
    },
    { what: 'attempts', predicted: `up to ${amount(plan.chain.length)}`, actual: amount(totals.attempts) },
  ];
}

const worstCase = ({ chain, shadow }: Plan) =>
  sum([...chain, ...(shadow ? [shadow] : [])], ({ estimate }: PlannedStep) => estimate.worstCaseUsd);

const shown = ({ targetName, outcome, detail, durationMs, costUsd, chargedUsd }: Attempt): TraceAttempt => ({
  target: targetName,
  outcome,
  words: outcomeWords[outcome],
  detail,
  durationMs,
  costUsd,
  chargedUsd,
});

/** Of amounts in US dollars, without what floating point adds. */
function sum<T>(items: readonly T[], usd: (item: T) => number): number {
  return toUsd(items.reduce((total, item) => total + toMicros(usd(item)), 0));
}
