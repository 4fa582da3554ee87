import type { ChatChunk, ChatCompletion, ChatRequest } from '../chat.js';
import type { Constraints } from '../constraints.js';
import type { PlanTrace } from '../plan-trace.js';

/** What a client asks with, beside the request and its constraints. */
export interface AskOptions {
  readonly requestId?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** A model as `GET /v1/models` lists it. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

/** What the proxy needs of a planner; class Planner is one. */
export interface ServedPlanner {
  /** Throws coded errors. */
  complete(
    request: ChatRequest,
    constraints: Constraints,
    options?: AskOptions,
  ): Promise<{ readonly requestId: string; readonly completion: ChatCompletion; readonly trace: PlanTrace; readonly targetId: string }>;
  /** Resolves when one target is committed; throws coded errors before that. */
  stream(
    request: ChatRequest,
    constraints: Constraints,
    options?: AskOptions,
  ): Promise<{ readonly requestId: string; readonly targetId: string; readonly chunks: AsyncIterable<ChatChunk> }>;
  /** Throws `DF_PLAN_UNKNOWN`. */
  trace(requestId: string): PlanTrace;
  models(): readonly ListedModel[];
}
