import { isBaseLlm, type BaseLlm, type LlmResponse } from '@google/adk';
import { foreignCall } from '../../models/foreign-call.js';
import { modelErrorOf } from '../../models/http-failure.js';
import type { ModelClient, ModelResponse, PriceTable } from '../../models/index.js';
import { currentBody } from '../../runtime/current-body.js';
import { describeResponse } from './describe-response.js';
import { fromModelResponse } from './from-model-response.js';
import type { LlmTurn } from './llm-turn.js';
import { toModelRequest } from './to-model-request.js';

/** Options of `answerTurn`. */
export interface AnswerTurnOptions {
  /** The longest answer, in tokens, where the agent sets no `maxOutputTokens`. Only for a `ModelClient`. Default 4096. */
  readonly maxTokens?: number;
  /** What a model of ADK costs that is not among `listPrices`, or costs you something else; a `ModelClient` has prices of its own. */
  readonly prices?: PriceTable;
  /** Told of each piece of the text as it comes from the model: to show, not to decide on. A replay tells nothing. */
  readonly onText?: (text: string) => void;
}

/**
 * Answers one turn of an ADK agent: the body of the `@step` behind `durableLlm`. The model is a `ModelClient`, with its
 * routing, budgets and prices, or any model of ADK, such as `Gemini`. The call is given up with the step's own abort signal.
 *
 * Throws `ModelError`; from an ADK model whatever it throws. Throws `DF_AGENT_UNSUPPORTED` if the conversation holds
 * something that a `ModelClient` has no words for, such as an image or a tool that Google executes.
 *
 * @param model who answers
 * @param turn what the step was called with
 *
 * @example
 * ```ts
 * import { scriptedModel } from 'durableflow';
 * import { answerTurn } from 'durableflow/adk';
 *
 * const turn = { model: 'any', contents: [{ role: 'user', parts: [{ text: 'Capital of Germany?' }] }], config: {} };
 * const answer = await answerTurn(scriptedModel(['Berlin.']), turn);
 * console.log(answer.content?.parts?.[0]?.text); // Berlin.
 * ```
 */
export async function answerTurn(
  model: ModelClient | BaseLlm,
  turn: LlmTurn,
  { maxTokens = 4096, onText, prices }: AnswerTurnOptions = {},
): Promise<LlmResponse> {
  if (isBaseLlm(model)) {
    const asked = { provider: 'adk', model: model.model, prompt: turn.contents, maxTokens: turn.config.maxOutputTokens, prices };
    const describe = (response: LlmResponse) => describeResponse(response, model.model);
    return foreignCall({ ...asked, ask: () => askAdk(model, turn, onText), describe });
  }
  const request = toModelRequest(turn, maxTokens);
  return fromModelResponse(onText ? await streamed(model, request, onText) : await model.complete(request));
}

async function streamed(
  model: ModelClient,
  request: ReturnType<typeof toModelRequest>,
  onText: (text: string) => void,
): Promise<ModelResponse> {
  let answer: ModelResponse | undefined;
  for await (const delta of model.stream(request)) {
    if (delta.type === 'text') onText(delta.text);
    if (delta.type === 'response') answer = delta.response;
  }
  return answer!;
}

async function askAdk(model: BaseLlm, turn: LlmTurn, onText: ((text: string) => void) | undefined): Promise<LlmResponse> {
  const request = { ...turn, contents: [...turn.contents], config: { ...turn.config }, toolsDict: {}, liveConnectConfig: {} };
  const pieces: LlmResponse[] = [];
  try {
    for await (const response of model.generateContentAsync(request, onText !== undefined, currentBody()?.signal)) {
      if (!response.partial) pieces.push(response);
      else for (const { text, thought } of response.content?.parts ?? []) if (text && !thought) onText?.(text);
    }
  } catch (error) {
    // The client of Google throws errors with a status, as the others do.
    throw modelErrorOf(error, { provider: 'adk', model: turn.model, streaming: false });
  }
  const parts = pieces.flatMap(({ content }) => content?.parts ?? []);
  const whole = { ...pieces.at(-1), ...(parts.length > 0 && { content: { role: 'model', parts } }) };
  // Plain data, whatever classes the model makes its answer of.
  return JSON.parse(JSON.stringify(whole)) as LlmResponse;
}
