import type { ChatChunk, ChatCompletion, ChatRequest } from '../chat.js';
import type { Attempt } from '../attempt.js';

/** What a caller is handed. */
export type Delivery =
  | { readonly kind: 'completion'; readonly targetId: string; readonly completion: ChatCompletion; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'stream'; readonly targetId: string; readonly chunks: AsyncIterable<ChatChunk> };

/** A target's own words about a request that it refuses. */
export interface Rejection {
  readonly status: number | undefined;
  readonly error: unknown;
}

/** The caller of a request, while it waits in this process. A run that is resumed elsewhere has none. */
export class Session {
  readonly request: ChatRequest;
  readonly signal: AbortSignal | undefined;
  readonly delivered: Promise<Delivery>;
  /** Attempts so far. */
  attempts: readonly Attempt[] = [];
  rejection: Rejection | undefined;
  /** Why the money of its first attempt is not set aside; undefined once it is. */
  refusal: string | undefined = 'its worst case was not set aside';
  #begun = false;
  #isAnswered = false;
  deliver!: (delivery: Delivery) => void;
  fail!: (error: unknown) => void;

  constructor(request: ChatRequest, signal: AbortSignal | undefined) {
    this.request = request;
    this.signal = signal;
    this.delivered = new Promise((resolve, reject) => {
      this.deliver = (delivery) => {
        this.#isAnswered = true;
        resolve(delivery);
      };
      this.fail = reject;
    });
    // Nobody may be waiting for a shadow.
    this.delivered.catch(() => {});
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** True the first time: what the start of the run has set aside is for who begins it, and for nobody who resumes it. */
  begin(): boolean {
    if (this.#begun) return false;
    return (this.#begun = true);
  }
}
