/**
 * A request of the Chat Completions API as it came in. Only the fields that the planner looks at are named; all others
 * travel on untouched.
 */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly tools?: readonly unknown[];
  readonly response_format?: { readonly type: string; readonly json_schema?: unknown };
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly n?: number | null;
  readonly [field: string]: unknown;
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly type: string; readonly text?: string; readonly [field: string]: unknown }[] | null;
  readonly [field: string]: unknown;
}

/** A whole answer of the Chat Completions API, as its target gave it. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  readonly model: string;
  readonly choices: readonly ChatChoice[];
  readonly usage?: ChatUsage | null;
  readonly [field: string]: unknown;
}

export interface ChatChoice {
  readonly index: number;
  readonly finish_reason: string | null;
  readonly message: { readonly role: string; readonly content: string | null; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A piece of a streamed answer. */
export interface ChatChunk {
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string | null; readonly [field: string]: unknown };
    readonly finish_reason: string | null;
    readonly [field: string]: unknown;
  }[];
  readonly usage?: ChatUsage | null;
  readonly [field: string]: unknown;
}

/** Tokens in the words of the Chat Completions API. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly [field: string]: unknown;
}
