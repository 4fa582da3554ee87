import { DurableFlowError } from '../../errors/index.js';
import type { JsonSchema, ModelMessage, ModelRequest, ModelTool, OpaqueParts, ToolCall, ToolChoice } from '../../models/index.js';
import { fromGoogleSchema } from './from-google-schema.js';
import type { LlmTurn } from './llm-turn.js';
import { decodeOpaque } from './opaque-part.js';

type Content = LlmTurn['contents'][number];
type Part = NonNullable<Content['parts']>[number];
type Config = LlmTurn['config'];

/** A turn in the words of a `ModelClient`. Throws `DF_AGENT_UNSUPPORTED` for what it has no words for. */
export function toModelRequest({ contents, config }: LlmTurn, maxTokens: number): ModelRequest {
  const { temperature, maxOutputTokens, stopSequences } = config;
  const system = [textOf(config.systemInstruction), wantedForm(config)].filter((text) => text !== '').join('\n\n');
  const ids = new CallIds();
  const tools = toolsOf(config);
  const toolChoice = choiceOf(config);
  return {
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...contents.flatMap((content) => (content.role === 'model' ? modelMessages(content, ids) : userMessages(content, ids))),
    ],
    maxTokens: maxOutputTokens ?? maxTokens,
    ...(tools.length > 0 && { tools, ...(toolChoice && { toolChoice }) }),
    ...(temperature !== undefined && { temperature }),
    ...(stopSequences && { stop: stopSequences }),
  };
}

/** ADK takes ids that are not the model's out of the conversation; calls and responses of one name are in the same order. */
class CallIds {
  readonly #open: { readonly name: string; readonly id: string }[] = [];
  #count = 0;

  ofCall(name: string, id: string | undefined): string {
    const known = id ?? `call_${++this.#count}`;
    this.#open.push({ name, id: known });
    return known;
  }

  ofResponse(name: string, id: string | undefined): string {
    const index = this.#open.findIndex((call) => (id === undefined ? call.name === name : call.id === id));
    const [call] = index < 0 ? [] : this.#open.splice(index, 1);
    return call?.id ?? id ?? name;
  }
}

function modelMessages({ parts = [] }: Content, ids: CallIds): ModelMessage[] {
  let content = '';
  let opaque: OpaqueParts | undefined;
  const toolCalls: ToolCall[] = [];
  for (const part of parts) {
    opaque ??= decodeOpaque(part);
    if (part.thought) continue;
    if (part.functionCall) {
      const { name = '', id, args = {} } = part.functionCall;
      toolCalls.push({ id: ids.ofCall(name, id), name, input: args });
    } else content += wordsOf(part);
  }
  return [{ role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }), ...(opaque && { opaque }) }];
}

function userMessages({ parts = [] }: Content, ids: CallIds): ModelMessage[] {
  const messages: ModelMessage[] = [];
  const said: string[] = [];
  for (const part of parts) {
    if (part.thought) continue;
    if (part.functionResponse) {
      const { name = '', id, response = {} } = part.functionResponse;
      const isError = 'error' in response;
      messages.push({
        role: 'tool',
        toolCallId: ids.ofResponse(name, id),
        content: JSON.stringify(response),
        ...(isError && { isError }),
      });
    } else said.push(wordsOf(part));
  }
  return said.length > 0 ? [...messages, { role: 'user', content: said.join('\n') }] : messages;
}

function wordsOf(part: Part): string {
  if (typeof part.text === 'string') return part.text;
  const kind = Object.keys(part).find((key) => part[key as keyof Part] !== undefined) ?? 'nothing';
  throw unsupported(`the conversation holds a part of the kind ${kind}, and a ModelClient takes text`);
}

function textOf(instruction: Config['systemInstruction']): string {
  if (instruction === undefined) return '';
  if (typeof instruction === 'string') return instruction;
  const parts = Array.isArray(instruction) ? instruction : 'parts' in instruction ? (instruction.parts ?? []) : [instruction];
  return parts.map((part) => (typeof part === 'string' ? part : wordsOf(part as Part))).join('\n');
}

/** The schema of the answer, which a `ModelClient` can only be told of. */
function wantedForm({ responseSchema, responseJsonSchema, responseMimeType }: Config): string {
  const schema = responseJsonSchema ?? (responseSchema === undefined ? undefined : fromGoogleSchema(responseSchema));
  if (schema !== undefined) return `Answer with JSON alone, of this schema: ${JSON.stringify(schema)}`;
  return responseMimeType === 'application/json' ? 'Answer with JSON alone.' : '';
}

function toolsOf({ tools = [] }: Config): ModelTool[] {
  return tools.flatMap((tool) => {
    if (!('functionDeclarations' in tool) || !tool.functionDeclarations)
      throw unsupported(`${Object.keys(tool).join(', ')} is executed by Google's models, and no tool that a ModelClient can offer`);
    return tool.functionDeclarations.map(({ name = '', description, parameters, parametersJsonSchema }) => ({
      name,
      ...(description !== undefined && { description }),
      parameters: (parametersJsonSchema ?? fromGoogleSchema(parameters ?? { type: 'OBJECT' })) as JsonSchema,
    }));
  });
}

function choiceOf({ toolConfig }: Config): ToolChoice | undefined {
  const { mode, allowedFunctionNames: [only, ...others] = [] } = toolConfig?.functionCallingConfig ?? {};
  if (String(mode) === 'NONE') return 'none';
  if (String(mode) !== 'ANY') return undefined;
  return only !== undefined && others.length === 0 ? { tool: only } : 'required';
}

const unsupported = (what: string) => new DurableFlowError('DF_AGENT_UNSUPPORTED', `${what}; give answerTurn a model of ADK instead`);
