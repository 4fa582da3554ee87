/** What was spent on one call, as the provider reports it. */
export interface ModelUsage {
  /** Input tokens that were neither read from nor written to the prompt cache. */
  readonly inputTokens: number;
  /** All tokens of the answer, `reasoningTokens` included. */
  readonly outputTokens: number;
  /** Input tokens that came from the prompt cache. */
  readonly cacheReadTokens: number;
  /** Input tokens that were put into the prompt cache. */
  readonly cacheWriteTokens: number;
  /** The part of the answer that the model thought and did not say; 0 if the provider does not tell. */
  readonly reasoningTokens: number;
}

/** A tool that the model asks for. `input` is the parsed JSON; check it against the tool's schema before you trust it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** Parts of an answer that only its provider understands, such as signed thinking. They go back with the answer. */
export interface OpaqueParts {
  readonly provider: string;
  readonly model: string;
  readonly parts: readonly unknown[];
}

/** What the model said earlier. `assistantMessage(response)` makes it from an answer. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly opaque?: OpaqueParts;
}

/** One message of the conversation. */
export type ModelMessage =
  /** `cache` asks the provider to keep the prompt up to here, where that has to be asked for (Anthropic). */
  | { readonly role: 'system' | 'user'; readonly content: string; readonly cache?: boolean }
  | AssistantMessage
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string; readonly isError?: boolean };

/** JSON Schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema object that can describe itself as JSON Schema: zod 4, or anything with Standard JSON Schema. */
export interface SelfDescribingSchema {
  readonly '~standard': { readonly vendor: string };
}

/** A tool that is offered to the model. */
export interface ModelTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters: JsonSchema | SelfDescribingSchema;
}

/** Whether the model may, must or must not use a tool, or must use this one. */
export type ToolChoice = 'auto' | 'required' | 'none' | { readonly tool: string };

/** One question to a model. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  /** The longest answer, in tokens, thinking included. It bounds what the call can cost. */
  readonly maxTokens: number;
  readonly tools?: readonly ModelTool[];
  readonly toolChoice?: ToolChoice;
  readonly temperature?: number;
  /** The answer ends before any of these texts. */
  readonly stop?: readonly string[];
}

/** Why the answer ends: it is complete, asks for tools, was cut at `maxTokens` or at a stop text, or was refused. */
export type StopReason = 'end' | 'tool_calls' | 'max_tokens' | 'stop_sequence' | 'refusal' | 'other';

/** What came of one attempt of a routed call. */
export interface ModelAttempt {
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  /** 1 for the first attempt at this target. */
  readonly attempt: number;
  /** `answered`, or the kind of the `ModelError`. */
  readonly outcome: string;
  /** The error's message; undefined if the target answered. */
  readonly error: string | undefined;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Undefined if the provider did not report it, which an attempt that broke off never does. */
  readonly usage: ModelUsage | undefined;
  /** What it cost, as far as that is known; 0 for an attempt that the provider turned away. */
  readonly costUsd: number | undefined;
  /** What the budget was charged: the cost, or the worst case where the cost is not known. Undefined without a budget. */
  readonly chargedUsd: number | undefined;
}

/** An answer. All of it is plain data, so that a step that returns it is journaled with its usage and cost. */
export interface ModelResponse {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stopReason: StopReason;
  /** Undefined if the provider did not report it. */
  readonly usage: ModelUsage | undefined;
  /** In US dollars; undefined if the usage was not reported or the model is in no price table. */
  readonly costUsd: number | undefined;
  /** The model that answered, in the provider's words. */
  readonly model: string;
  readonly provider: string;
  /** The provider's id of this call, for its support. */
  readonly requestId: string | undefined;
  readonly opaque?: OpaqueParts;
  /** All attempts that led here, the last one the answer's; only in answers of `routeModels`. */
  readonly attempts?: readonly ModelAttempt[];
}

/** A piece of a streamed answer. Exactly one `response` ends it. */
export type ModelDelta =
  | { readonly type: 'text'; readonly text: string }
  /** The model thinks aloud, where the provider shows it. */
  | { readonly type: 'reasoning'; readonly text: string }
  /** The model begins to ask for a tool. The whole call is in the `response`. */
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string }
  | { readonly type: 'response'; readonly response: ModelResponse };

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up, and closes its connection. In a durable method the method's own `abortSignal()` if absent. */
  readonly signal?: AbortSignal;
}

/**
 * A model to talk to. `anthropic`, `openAiCompatible`, `scriptedModel` and `routeModels` make one; so can you.
 * Both methods throw `ModelError`.
 */
export interface ModelClient {
  readonly provider: string;
  /** The model that is asked, as its price is listed. */
  readonly model: string;
  complete(request: ModelRequest, options?: CallOptions): Promise<ModelResponse>;
  /** Leaving the loop early closes the connection. */
  stream(request: ModelRequest, options?: CallOptions): AsyncIterable<ModelDelta>;
}

/**
 * The message that continues a conversation after an answer.
 *
 * @example
 * ```ts
 * import { assistantMessage, scriptedModel } from 'durableflow';
 * const model = scriptedModel(['Berlin.']);
 * const answer = await model.complete({ messages: [{ role: 'user', content: 'Capital of Germany?' }], maxTokens: 50 });
 * console.log(assistantMessage(answer).content); // Berlin.
 * ```
 */
export function assistantMessage({ text, toolCalls, opaque }: ModelResponse): AssistantMessage {
  return { role: 'assistant', content: text, ...(toolCalls.length > 0 && { toolCalls }), ...(opaque && { opaque }) };
}
