import { DurableFlowError } from '../errors/index.js';
import type { ModelRequest } from './model-client.js';

/** Throws `DF_INVALID_INPUT` for a request that no provider could make sense of. */
export function checkRequest(request: ModelRequest): void {
  const { messages, maxTokens } = request ?? {};
  if (!Array.isArray(messages) || messages.length === 0)
    throw new DurableFlowError('DF_INVALID_INPUT', "a model request needs messages: [{ role: 'user', content: … }]");
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new DurableFlowError('DF_INVALID_INPUT', `maxTokens must be a whole number of tokens from 1, not ${String(maxTokens)}`);
}
