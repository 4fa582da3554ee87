export { anthropic } from './anthropic.js';
export type { BudgetOptions } from './budget.js';
export type { ProviderOptions } from './http-provider.js';
export { MemoryBudgetLedger } from './memory-budget-ledger.js';
export {
  assistantMessage,
  type AssistantMessage,
  type CallOptions,
  type JsonSchema,
  type ModelAttempt,
  type ModelClient,
  type ModelDelta,
  type ModelMessage,
  type ModelRequest,
  type ModelResponse,
  type ModelTool,
  type ModelUsage,
  type OpaqueParts,
  type SelfDescribingSchema,
  type StopReason,
  type ToolCall,
  type ToolChoice,
} from './model-client.js';
export { openAiCompatible, type OpenAiOptions } from './open-ai-compatible.js';
export { listPrices, type ModelPrice, type PriceTable, type TokenPrice } from './prices.js';
export { attemptsOf, routeModels, type BreakerOptions, type ModelTarget, type RouterOptions } from './route-models.js';
export { scriptedModel, type ScriptedAnswer, type ScriptedModel, type ScriptedReply, type ScriptOptions } from './scripted-model.js';
