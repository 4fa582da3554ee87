import { candidates, estimateTokens, type ContextItem, type Selection } from '../context/index.js';
import { assistantMessage, type AssistantMessage, type JsonSchema, type ModelResponse, type ModelTool } from '../models/index.js';
import type { ToolCall } from '../models/index.js';
import type { Observation } from './observation.js';

/** One message of a turn. The texts of tools stand in the turn's items, under the ids in `parts`. */
export type TurnMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | AssistantMessage
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly tool: string;
      readonly note: string | undefined;
      readonly isError: boolean;
      readonly isList: boolean;
      readonly parts: readonly string[];
    };

/** One question to the model: plain data, so that it can be the argument of a durable method. `modelRequest` makes the request of it. */
export interface AgentTurn {
  /** From 1. */
  readonly number: number;
  readonly messages: readonly TurnMessage[];
  /** The methods that are offered. */
  readonly methods: readonly string[];
  /** Tools that are no methods of the class, such as those of a server. */
  readonly tools: readonly (ModelTool & { readonly parameters: JsonSchema })[];
  /** What the items are to be ranked against: the task, and what the model has said last. */
  readonly query: string;
}

/** So much of what was observed last is never left out, in tokens. */
const pinnedTokens = 600;

/** The messages so far, and everything that tools have said, item by item. */
export class Conversation {
  readonly #methods: readonly string[];
  readonly #tools: AgentTurn['tools'];
  readonly #messages: TurnMessage[];
  /** By text: what was seen again stands there once. */
  readonly #observed = new Map<string, ContextItem & { readonly turn: number; readonly isList: boolean }>();
  readonly #task: string;

  constructor(
    messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[],
    methods: readonly string[],
    tools: AgentTurn['tools'],
  ) {
    this.#messages = messages.map(({ role, content }) => ({ role, content }));
    this.#methods = methods;
    this.#tools = tools;
    this.#task = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : [])).join('\n');
  }

  /** What the loop was given to do. */
  get task(): string {
    return this.#task;
  }

  /** Whether any tool has said anything yet. */
  get hasObserved(): boolean {
    return this.#observed.size > 0;
  }

  /** The next question. Messages are pinned; of what tools have said, the last turn's beginning is. */
  turn(number: number): { readonly turn: AgentTurn; readonly items: Selection } {
    const last = this.#messages.findLast(({ role }) => role === 'assistant') as AssistantMessage | undefined;
    const query = last ? `${this.#task}\n${spoken(last)}` : this.#task;
    const turn = { number, messages: [...this.#messages], methods: this.#methods, tools: this.#tools, query };
    return { turn, items: candidates([...this.#pinnedMessages(), ...this.#observations(number - 1)]) };
  }

  /** The least that the next prompt has, in tokens. */
  leastTokens(): number {
    return this.#pinnedMessages().reduce((sum, { text }) => sum + estimateTokens(text), 0);
  }

  answered(response: ModelResponse): void {
    this.#messages.push(assistantMessage(response));
  }

  /** Something that the loop itself has to say. */
  tell(content: string): void {
    this.#messages.push({ role: 'user', content });
  }

  observed(turn: number, { id, name }: ToolCall, { outcome, note, parts, isList }: Observation): void {
    const ids = parts.map((text, part) => {
      const itemId = this.#observed.get(text)?.id ?? `turn-${turn}/${id}/${part + 1}`;
      this.#observed.set(text, { id: itemId, text, turn, isList });
      return itemId;
    });
    const isError = outcome !== 'done';
    this.#messages.push({ role: 'tool', toolCallId: id, tool: name, note, isError, isList, parts: ids });
  }

  #pinnedMessages(): ContextItem[] {
    return this.#messages.map((message, i) => ({ id: `message-${i + 1}`, text: textOf(message), pinned: true }));
  }

  #observations(lastTurn: number): ContextItem[] {
    let left = pinnedTokens;
    return [...this.#observed.values()].map(({ id, text, turn, isList }) => {
      const pinned = turn === lastTurn && !isList && (left -= estimateTokens(text)) >= 0;
      return { id, text, ...(pinned && { pinned }) };
    });
  }
}

const spoken = ({ content, toolCalls = [] }: AssistantMessage) =>
  [content, ...toolCalls.map(({ input }) => JSON.stringify(input))].join('\n');

function textOf(message: TurnMessage): string {
  if (message.role === 'tool') return `${message.tool} ${message.note ?? ''}`;
  return message.role === 'assistant' ? spoken(message) : message.content;
}
