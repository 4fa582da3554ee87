import type { ChatChunk, ChatCompletion } from './chat.js';
import type { PlanTrace } from './plan-trace.js';

/** How a request is asked, beside its constraints. */
export interface AskOptions {
  /** What the request is called. One that is taken, or absent, is replaced by a new one. */
  readonly requestId?: string;
  /**
   * The same request with the same key is answered once: whoever sends it again gets the answer that is on record, and
   * nothing is asked or paid again. A request that had no answer is asked again.
   */
  readonly idempotencyKey?: string;
  /** Aborted when nobody wants the answer any more: the call of the target is aborted as well. */
  readonly signal?: AbortSignal;
}

/** A whole answer. */
export interface Answered {
  readonly requestId: string;
  readonly targetId: string;
  /** As its target gave it. */
  readonly completion: ChatCompletion;
  /** What all its attempts cost, as far as that is known, in US dollars. */
  readonly costUsd: number;
  /** It passed the check that was asked for. False if there was none, and if it could not be carried out in time. */
  readonly isChecked: boolean;
  /** Made when it is first looked at. */
  readonly trace: PlanTrace;
}

/** A streamed answer, of one target and of no other from here on. */
export interface Streamed {
  readonly requestId: string;
  readonly targetId: string;
  /** Leaving the loop early closes the connection. Throws `DF_PLAN_STREAM_BROKEN` if the answer breaks off. */
  readonly chunks: AsyncIterable<ChatChunk>;
}

/** A model as the Models API lists it. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}
