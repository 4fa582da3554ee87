import { BaseLlm, FunctionTool, type BaseLlmConnection, type LlmRequest, type LlmResponse } from '@google/adk';
import { DurableFlowError } from '../../errors/index.js';
import { keepFailure } from './kept-failure.js';
import { turnOf, type LlmTurn } from './llm-turn.js';

/** Options of `durableLlm`. */
export interface DurableLlmOptions {
  /** The name that ADK knows the model by, and by which it decides what the model can do. Default `'durable'`. */
  readonly model?: string;
}

/**
 * A model for an ADK agent whose every turn is a durable call: `ask` is to call a `@step` of the workflow, whose body
 * answers with `answerTurn`. A finished turn is in the journal, so a resumed run does not pay for it again.
 *
 * A tool that the agent does not have is answered with an error that the model can read, where ADK would end the
 * conversation. In `StreamingMode.SSE` an answer comes in one piece, when it is recorded; see `onText` of `answerTurn`.
 * Live connections (`runLive`) cannot be replayed and throw `DF_AGENT_UNSUPPORTED`.
 *
 * @param ask calls the durable method
 *
 * @example
 * ```ts
 * import { InMemoryRunner, LlmAgent } from '@google/adk';
 * import { DurableFlow, scriptedModel, step, workflow } from 'durableflow';
 * import { answerTurn, driveRunner, durableLlm, type LlmTurn } from 'durableflow/adk';
 *
 * @workflow({ name: 'geographer' })
 * class Geographer {
 *   async run(question: string) {
 *     const agent = new LlmAgent({ name: 'geographer', model: durableLlm((turn) => this.think(turn)) });
 *     return (await driveRunner(new InMemoryRunner({ agent }), question)).text;
 *   }
 *
 *   @step({ timeout: '30s' })
 *   think(turn: LlmTurn) {
 *     return answerTurn(scriptedModel(['Berlin.']), turn);
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Geographer, () => new Geographer());
 * console.log(await (await flow.start(Geographer, 'Capital of Germany?')).result()); // Berlin.
 * await flow.close();
 * ```
 */
export function durableLlm(ask: (turn: LlmTurn) => Promise<LlmResponse>, { model = 'durable' }: DurableLlmOptions = {}): BaseLlm {
  return new DurableLlm(ask, model);
}

class DurableLlm extends BaseLlm {
  readonly #ask: (turn: LlmTurn) => Promise<LlmResponse>;

  constructor(ask: (turn: LlmTurn) => Promise<LlmResponse>, model: string) {
    super({ model });
    this.#ask = ask;
  }

  override async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    this.maybeAppendUserContent(request);
    const response = await this.#ask(turnOf(request, this.model)).catch(keepFailure);
    nameCalls(response, request);
    answerUnknownTools(response, request);
    yield response;
  }

  override connect(): Promise<BaseLlmConnection> {
    return Promise.reject(
      new DurableFlowError('DF_AGENT_UNSUPPORTED', 'a live connection to a model cannot be replayed; use runAsync instead of runLive'),
    );
  }
}

type Part = NonNullable<LlmRequest['contents'][number]['parts']>[number];

const callsIn = (parts: readonly Part[] | undefined) => (parts ?? []).flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));

/** ADK would give random ids to calls that have none. It takes ids with this prefix out of what it sends to the model. */
function nameCalls({ content }: LlmResponse, { contents }: LlmRequest): void {
  const earlier = contents.flatMap(({ parts }) => callsIn(parts)).length;
  for (const [index, call] of callsIn(content?.parts).entries()) call.id ||= `adk-call-${earlier + index + 1}`;
}

/** ADK ends a conversation in which the model asks for a tool that is not there; the model might well do better if it is told. */
function answerUnknownTools({ content }: LlmResponse, { toolsDict }: LlmRequest): void {
  for (const { name } of callsIn(content?.parts)) {
    // ADK itself reads the answer from the call of this name, which is no tool of the agent.
    if (!name || Object.hasOwn(toolsDict, name) || name === 'set_model_response') continue;
    const known = Object.keys(toolsDict).join(', ');
    toolsDict[name] = new FunctionTool({
      name,
      description: '',
      execute: () => {
        throw new Error(`there is no such tool; there are: ${known}`);
      },
    });
  }
}
