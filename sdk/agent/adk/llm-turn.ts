import type { LlmRequest } from '@google/adk';

type Config = NonNullable<LlmRequest['config']>;

/**
 * One question of an ADK agent to its model, as plain data: the conversation so far, the instruction and the declared
 * tools. It is what the method behind `durableLlm` gets, so it holds nothing that would be another thing on a replay, and no
 * HTTP headers, which may hold keys.
 */
export interface LlmTurn {
  /** The model's name, as the agent has it. */
  readonly model: string;
  readonly contents: LlmRequest['contents'];
  readonly config: Omit<Config, 'abortSignal' | 'httpOptions'>;
}

/** The part of a request that is the question. */
export function turnOf({ model, contents, config }: LlmRequest, fallback: string): LlmTurn {
  const { abortSignal: _signal, httpOptions: _http, ...asked } = config ?? {};
  // As JSON, which has no undefined: what two requests have in common does not depend on how they were put together.
  return JSON.parse(JSON.stringify({ model: model ?? fallback, contents, config: asked })) as LlmTurn;
}
