import type { LanguageModel } from 'ai';

/** A model of the AI SDK as providers make it: `openai('gpt-5')`, `createOpenAICompatible(…)('llama')`. */
export type AiModel = Extract<LanguageModel, { readonly specificationVersion: 'v3' }>;

type CallOptions = Parameters<AiModel['doGenerate']>[0];

/**
 * One question of the AI SDK to its model, as plain data: the prompt, the offered tools, the settings. It is what the method
 * behind `durableModel` gets, so it holds no abort signal, and no HTTP headers, which may hold keys.
 */
export type ModelCall = Omit<CallOptions, 'abortSignal' | 'headers' | 'includeRawChunks'>;

/** An answer, as the AI SDK wants it. */
export type ModelAnswer = Awaited<ReturnType<AiModel['doGenerate']>>;

/** A piece of a streamed answer. */
export type AnswerPart = Awaited<ReturnType<AiModel['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

/** The part of a call's options that is the question. */
export function callOf(options: CallOptions): ModelCall {
  const { abortSignal: _signal, headers: _headers, includeRawChunks: _raw, ...call } = options;
  return defined(call) as ModelCall;
}

/** The same without what is undefined: what two calls have in common does not depend on how they were put together. */
function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (typeof value !== 'object' || value === null) return value;
  // Bytes and URLs are what they are.
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value;
  const known = Object.entries(value).filter(([, it]) => it !== undefined);
  return Object.fromEntries(known.map(([key, it]) => [key, defined(it)]));
}
