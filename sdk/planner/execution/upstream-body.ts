import type { ChatRequest } from '../chat.js';
import type { Plan } from '../plan.js';
import type { PlannerTarget } from '../target.js';

/**
 * The request as it goes to a target: untouched, but for the model, what is said to the planner, and, where money is
 * limited and the request says nothing, a bound on the answer, without which there would be no worst case.
 */
export function upstreamBody(request: ChatRequest, target: PlannerTarget, plan: Plan): ChatRequest {
  const { planner: _planner, stream: _stream, stream_options, ...rest } = request;
  const limited = plan.constraints.maxCostUsd !== undefined || plan.constraints.budgetId !== undefined;
  const bounded = typeof request.max_tokens === 'number' || typeof request.max_completion_tokens === 'number';
  const field = target.api === 'openai' && target.baseUrl === undefined ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...(rest as ChatRequest),
    model: target.model,
    ...(request.stream && stream_options && { stream_options }),
    ...(limited && !bounded && { [field]: Math.min(plan.maxOutputTokens, target.maxOutputTokens) }),
  };
}
