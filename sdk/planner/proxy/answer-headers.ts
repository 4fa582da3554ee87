/** What every answer tells of the plan behind it. */
export function answerHeaders(answer: { readonly requestId: string; readonly targetId?: string; readonly costUsd?: number }) {
  const { requestId, targetId, costUsd } = answer;
  return {
    'x-request-id': safe(requestId),
    'x-planner-trace': `/v1/plans/${encodeURIComponent(requestId)}`,
    ...(targetId !== undefined && { 'x-planner-target': safe(targetId) }),
    ...(costUsd !== undefined && { 'x-planner-cost-usd': dollars(costUsd) }),
  };
}

/** A header holds printable ASCII; the rest is written as in a URL. */
const safe = (text: string) => text.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** Never with an exponent. */
const dollars = (usd: number) => usd.toFixed(8).replace(/\.?0+$/, '');
