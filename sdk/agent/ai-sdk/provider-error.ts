import { ModelError } from '../../errors/index.js';
import { modelErrorOf } from '../../models/http-failure.js';
import type { AiModel } from './model-call.js';

/** What the AI SDK's providers throw for a failed request. */
interface ApiCallError extends Error {
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly isRetryable?: boolean;
}

/** By this every copy of the AI SDK knows the errors of the others; asking for the class would load it. */
const marker = Symbol.for('vercel.ai.error.AI_APICallError');

/** Whatever a provider of the AI SDK threw, as a `ModelError` if it is the failure of a request. */
export function providerErrorOf(error: unknown, { provider, modelId: model }: AiModel): unknown {
  if (!isApiCallError(error)) return error;
  const { statusCode: status, responseHeaders = {}, responseBody } = error;
  // The request never came back with a status: no connection, or one that broke.
  if (status === undefined) return new ModelError('connection', `${provider}: ${error.message}`, { provider, model, cause: rootOf(error) });
  const headers = new Headers({ ...responseHeaders });
  const facts = { status, headers, requestID: headers.get('x-request-id'), error: responseBody };
  return modelErrorOf(Object.assign(new Error(error.message, { cause: rootOf(error) }), facts), { provider, model, streaming: false });
}

const isApiCallError = (error: unknown): error is ApiCallError => error instanceof Error && marker in error;

/** The error itself holds the whole request, which is in the journal once already. */
const rootOf = ({ cause }: Error) => (cause instanceof Error ? new Error(cause.message) : undefined);
