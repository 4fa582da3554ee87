/**
 * Agents of Vercel's AI SDK inside a durable run.
 *
 * @module durableflow/ai-sdk
 */
export { answerCall, type AnswerCallOptions } from './answer-call.js';
export { durableModel } from './durable-model.js';
export type { AiModel, ModelAnswer, ModelCall } from './model-call.js';
