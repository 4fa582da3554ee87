import type Anthropic from '@anthropic-ai/sdk';
import { ModelError } from '../../errors/index.js';
import type { ChatMessage, ChatRequest } from '../chat.js';
import type { PlannerTarget } from '../target.js';

type Block = Anthropic.ContentBlockParam;

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url?: string };
}

interface Call {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

interface FunctionTool {
  readonly type: string;
  readonly function?: { readonly name: string; readonly description?: string; readonly parameters?: Record<string, unknown> };
}

/** The request in the words of the Messages API. Throws `ModelError` for what it has no words for, which another target may have. */
export function toMessages(request: ChatRequest, target: PlannerTarget): Anthropic.MessageCreateParamsNonStreaming {
  const { messages, tools, response_format, n, temperature, top_p, stop, user } = request;
  if (typeof n === 'number' && n > 1) throw cannot(target, `answer in ${n} choices`);
  const isSystem = ({ role }: ChatMessage) => role === 'system' || role === 'developer';
  const system = messages.filter(isSystem).map((message) => ({ type: 'text' as const, text: textOf(message, target) }));
  const schema =
    response_format?.type === 'json_schema' ? (response_format.json_schema as { schema?: Record<string, unknown> })?.schema : undefined;
  const choice = toolChoice(request);
  return {
    model: target.model,
    max_tokens: request.max_completion_tokens ?? request.max_tokens ?? target.maxOutputTokens,
    messages: turns(
      messages.filter((message) => !isSystem(message)),
      target,
    ),
    ...(system.length > 0 && { system }),
    ...(tools && tools.length > 0 && { tools: tools.map((tool) => toolOf(tool as FunctionTool, target)) }),
    ...(choice && { tool_choice: choice }),
    // Its scale ends at 1.
    ...(typeof temperature === 'number' && { temperature: Math.min(1, temperature) }),
    ...(typeof top_p === 'number' && { top_p }),
    ...(stop !== undefined && stop !== null && { stop_sequences: [stop].flat() as string[] }),
    ...(typeof user === 'string' && { metadata: { user_id: user } }),
    ...(schema && { output_config: { format: { type: 'json_schema' as const, schema } } }),
  };
}

/** Results of tools belong to the user's turn; turns of the same side that follow each other are one. */
function turns(messages: readonly ChatMessage[], target: PlannerTarget): Anthropic.MessageParam[] {
  const merged: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocksOf(message, target);
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) merged.push({ role, content });
  }
  return merged;
}

function blocksOf(message: ChatMessage, target: PlannerTarget): Block[] {
  const { role, content } = message;
  if (role === 'tool') return [{ type: 'tool_result', tool_use_id: String(message['tool_call_id']), content: textOf(message, target) }];
  const parts: readonly Part[] = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const said = parts.flatMap((part) => blockOf(part, target));
  const calls = (message['tool_calls'] ?? []) as readonly Call[];
  return [
    ...said,
    ...calls.map(({ id, function: { name, arguments: json } }) => ({ type: 'tool_use' as const, id, name, input: inputOf(json) })),
  ];
}

function blockOf({ type, text, image_url }: Part, target: PlannerTarget): Block[] {
  // The API refuses a text without characters.
  if (type === 'text') return text ? [{ type: 'text', text }] : [];
  const { url } = image_url ?? {};
  if (type !== 'image_url' || url === undefined) throw cannot(target, `read a part of type "${type}"`);
  const inline = /^data:(image\/[\w.+-]+);base64,(.*)$/s.exec(url);
  if (!inline) return [{ type: 'image', source: { type: 'url', url } }];
  return [{ type: 'image', source: { type: 'base64', media_type: inline[1] as 'image/png', data: inline[2]! } }];
}

function textOf({ content }: ChatMessage, target: PlannerTarget): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => {
    if (part.type !== 'text') throw cannot(target, `read a part of type "${part.type}" there`);
    return part.text ?? '';
  }).join(''); // prettier-ignore
}

function toolOf({ type, function: stated }: FunctionTool, target: PlannerTarget): Anthropic.Tool {
  if (type !== 'function' || !stated) throw cannot(target, `use a tool of type "${type}"`);
  const { name, description, parameters = {} } = stated;
  return { name, ...(description !== undefined && { description }), input_schema: { ...parameters, type: 'object' } };
}

function toolChoice({ tool_choice, parallel_tool_calls, tools }: ChatRequest): Anthropic.ToolChoice | undefined {
  if (!tools || tools.length === 0) return undefined;
  const alone = parallel_tool_calls === false ? { disable_parallel_tool_use: true } : {};
  if (tool_choice === 'none') return { type: 'none' };
  if (tool_choice === 'required') return { type: 'any', ...alone };
  const named = (tool_choice as { function?: { name?: string } } | undefined)?.function?.name;
  if (named !== undefined) return { type: 'tool', name: named, ...alone };
  return tool_choice === 'auto' || parallel_tool_calls === false ? { type: 'auto', ...alone } : undefined;
}

function inputOf(json: string): unknown {
  try {
    return json === '' ? {} : (JSON.parse(json) as unknown);
  } catch {
    // What a model once wrote by mistake is part of the conversation all the same.
    return { arguments: json };
  }
}

const cannot = ({ name, model }: PlannerTarget, what: string) =>
  new ModelError('connection', `${name} cannot ${what}`, { model, mayCost: false });
