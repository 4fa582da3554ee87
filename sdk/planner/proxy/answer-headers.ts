/** What every answer tells of the plan behind it. */
export function answerHeaders(answer: {
  readonly requestId: string;
  readonly targetId?: string;
  readonly costUsd?: number;
  /** Of an answer that a check was asked for. */
  readonly isChecked?: boolean;
}) {
  const { requestId, targetId, costUsd, isChecked } = answer;
  return {
    'x-request-id': safe(requestId),
    'x-planner-trace': `/v1/plans/${encodeURIComponent(requestId)}`,
    ...(targetId !== undefined && { 'x-planner-target': safe(targetId) }),
    ...(isChecked !== undefined && { 'x-planner-check': isChecked ? 'passed' : 'not-completed' }),
    ...(costUsd !== undefined && { 'x-planner-cost-usd': dollars(costUsd) }),
  };
}

/** A header holds printable ASCII; the rest is written as in a URL. */
const safe = (text: string) => text.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** Never with an exponent. */
const dollars = (usd: number) => usd.toFixed(8).replace(/\.?0+$/, '');
