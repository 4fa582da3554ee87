import type { Attempt, AttemptOutcome } from '../attempt.js';
import type { Constraints, OutputCheck } from '../constraints.js';
import type { Candidate, Estimate, Plan, TaskClass } from '../plan.js';
import { amount, dollars, list, time } from '../planning/words.js';

export const taskWords: Readonly<Record<TaskClass, string>> = {
  json_extraction: 'JSON extraction',
  code: 'code',
  summarization: 'summarization',
  chat: 'chat',
  other: 'other',
};

export const verdictWords: Readonly<Record<Candidate['verdict'], string>> = {
  primary: 'asked first',
  escalation: 'stands by',
  shadow: 'asked beside',
  not_needed: 'not needed',
  excluded: 'left out',
};

export const outcomeWords: Readonly<Record<AttemptOutcome, string>> = {
  passed_check: 'passed its check',
  no_check_completed: 'answered',
  failed_check: 'failed its check',
  transport_error: 'gave no answer',
  latency_breach: 'took too long',
  rejected: 'refused the request',
  interrupted: 'was cut off when the planner stopped',
  abandoned: 'was given up by the caller',
  skipped: 'was not asked',
};

/** Each constraint of a request in words. */
export function constraintWords({
  maxCostUsd,
  maxLatencyMs,
  privacy,
  region,
  tierFloor,
  objective,
  budgetId,
  shadow,
  check,
}: Constraints): string[] {
  return [
    ...(maxCostUsd === undefined ? [] : [`at most ${dollars(maxCostUsd)}`]),
    ...(maxLatencyMs === undefined ? [] : [`within ${time(maxLatencyMs)}`]),
    ...(privacy === 'local-only' ? ['only models on this machine'] : []),
    ...(privacy === 'local-or-vpc' ? ["only models on this machine or in one's own cloud"] : []),
    ...(region === undefined ? [] : [`only in the region ${region}`]),
    ...(tierFloor === undefined ? [] : [tierFloor === 'frontier' ? 'only frontier models' : 'economy models or better']),
    ...(objective === 'fastest' ? ['the fastest first'] : objective === 'most_capable' ? ['the most capable first'] : []),
    ...(budgetId === undefined ? [] : [`charged to the budget ${budgetId}`]),
    ...(shadow ? ['one more model is asked beside the answer, to learn of it'] : []),
    ...(check ? [checkWords(check)] : []),
  ];
}

function checkWords(check: OutputCheck): string {
  if (check.type === 'function') return `the answer passes the check ${check.name}`;
  return { json: 'the answer is JSON', json_schema: 'the answer fits a JSON schema', regex: 'the answer matches a pattern' }[check.type];
}

/** How much is known of the one that is asked first, and what that means for the chain. */
export function confidenceWords({ chain, direct, infeasible }: Plan): string {
  const [primary] = chain;
  if (infeasible || !primary) return '';
  if (direct) return 'The request names its model, so nothing was chosen and nobody stands by.';
  const { success, confidence } = primary.estimate;
  const wide = chain.length > 1 ? `, so ${chain.length === 2 ? 'one more stands' : `${chain.length - 1} more stand`} by` : '';
  if (success.samples === 0) return `No answer of ${primary.targetName} to this kind of request was verified yet${wide}.`;
  const known = `${successWords(success)} of ${primary.targetName} to this kind of request passed`;
  if (confidence === 'low') return `Little is known: ${known}${wide}.`;
  return `${capital(known)}; confidence is ${confidence}.`;
}

export function successWords({ rate = 0, samples, lower, upper }: Estimate['success']): string {
  return `${amount(Math.round(rate * samples))} of ${amount(samples)} verified ${samples === 1 ? 'answer' : 'answers'} (${percent(lower)} to ${percent(upper)})`;
}

/** One sentence on what became of a request. */
export function headline(plan: Plan, attempts: readonly Attempt[], answer: Attempt | undefined, state: string): string {
  if (plan.infeasible) return `Nobody was asked: ${small(plan.infeasible.message)}`;
  const before = attempts.filter((it) => it !== answer && it.outcome !== 'skipped');
  const tried = list(before.map(({ targetName, outcome }) => `${targetName} ${outcomeWords[outcome]}`));
  if (answer) return `Answered by ${answer.targetName}${answerWords(plan, answer, tried)}.`;
  if (state === 'running') return tried === '' ? 'Not answered yet.' : `Not answered yet: ${tried}.`;
  if (state === 'abandoned' && attempts.every(({ outcome }) => outcome !== 'abandoned'))
    return `Given up before there was an answer${tried === '' ? '' : `: ${tried}`}.`;
  const skipped = attempts
    .filter(({ outcome }) => outcome === 'skipped')
    .map(({ targetName, detail }) => `${targetName} was not asked${detail ? ` (${detail.replace(/\.$/, '')})` : ''}`);
  return `No answer: ${list([tried, ...skipped].filter((it) => it !== '')) || 'nobody was asked'}.`;
}

function answerWords({ direct, objectiveBecause }: Plan, { outcome, costUsd }: Attempt, tried: string): string {
  const streamed = outcome === 'failed_check' ? '; the answer failed its check, and a streamed answer is not asked for again' : '';
  if (tried !== '') return ` after ${tried}${streamed}`;
  if (objectiveBecause) return `, the cheapest, because ${objectiveBecause}${streamed}`;
  if (direct) return `, which the request names${streamed}`;
  return `${costUsd === 0 ? ', which cost nothing' : ''}${streamed}`;
}

export const percent = (share: number): string => `${Math.round(share * 100)}%`;
const small = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
