import type { ServerResponse } from 'node:http';
import type { TokenCounter } from '../../sdk/context/index.js';
import { ModelError } from '../../sdk/errors/index.js';
import { costUsd } from '../../sdk/models/cost.js';
import type { ModelRequest, PriceTable, ScriptedAnswer } from '../../sdk/models/index.js';
import { anthropicWire } from './anthropic-wire.js';
import type { Fault, ModelFault, Prompt } from './fault.js';
import { promptText, wireAnswer, type ModelWire, type WireAnswer } from './model-wire.js';
import { openAiWire } from './open-ai-wire.js';
import { cutInHalf, sendJson, sendText } from './respond.js';
import type { PromptEntry, WorldLog } from './world-log.js';

/** What a model in the world says. `target` is the model that was asked; `nth` counts its prompts in the trial, from 1. */
export type ModelBehaviour = (
  request: ModelRequest,
  call: { readonly target: string; readonly nth: number },
) => string | ScriptedAnswer | Promise<string | ScriptedAnswer>;

/** What the models of the world cost, so that money can be counted: dollars per million tokens. */
export const worldPrices: PriceTable = { 'readiness-primary': { input: 3, output: 15 }, 'readiness-fallback': { input: 1, output: 5 } };

export const modelName = (target: string): string => `readiness-${target}`;

const wires: Readonly<Record<string, ModelWire>> = { openai: openAiWire, anthropic: anthropicWire };

/** Answers prompts as a provider would, on the provider's wire, and goes wrong as the fault says. */
export class ModelService {
  readonly #log: WorldLog;
  readonly #fault: Fault;
  readonly #behaviour: ModelBehaviour;
  readonly #countTokens: TokenCounter;
  readonly #window: number;
  readonly #onWait: () => void;
  readonly #asked = new Map<string, number>();

  constructor(options: {
    readonly log: WorldLog;
    readonly fault: Fault;
    readonly behaviour: ModelBehaviour;
    readonly countTokens: TokenCounter;
    /** More tokens than this are refused by the model itself. */
    readonly window: number;
    /** Called when an answer is kept back. */
    readonly onWait?: () => void;
  }) {
    this.#log = options.log;
    this.#fault = options.fault;
    this.#behaviour = options.behaviour;
    this.#countTokens = options.countTokens;
    this.#window = options.window;
    this.#onWait = options.onWait ?? (() => {});
  }

  async answer(target: string, api: string, body: Record<string, unknown>, life: number, response: ServerResponse): Promise<void> {
    const wire = wires[api] ?? openAiWire;
    const request = wire.read(body);
    const text = promptText(request);
    const nth = (this.#asked.get(target) ?? 0) + 1;
    this.#asked.set(target, nth);
    const prompt: Prompt = { target, request, stream: body['stream'] === true, tokens: this.#countTokens(text), nth, life };
    const entry: PromptEntry = {
      target,
      tokens: prompt.tokens,
      outcome: 'answered',
      costUsd: 0,
      life,
      atMs: this.#log.now(),
      text,
      request,
      stream: prompt.stream,
      isAnswered: false,
    };
    this.#log.prompts.push(entry);
    if (prompt.tokens > this.#window) {
      entry.outcome = 'too long for the model';
      return sendJson(
        response,
        400,
        wire.error('context_length_exceeded', `prompt is too long: ${prompt.tokens} tokens > ${this.#window} maximum`),
      );
    }
    const fault = this.#fault.model?.(prompt);
    if (fault) {
      entry.outcome = fault.label;
      this.#log.fired.push(`${target} model, prompt ${nth}`);
    }
    if (fault?.kind === 'silence') this.#onWait();
    if (fault?.kind === 'silence' || fault?.kind === 'status' || fault?.kind === 'nonsense') return this.#fail(fault, wire, response);
    let said: string | ScriptedAnswer;
    try {
      said = fault?.kind === 'says' ? fault.answer : await this.#behaviour(request, { target, nth });
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      // A live model that turns a question away does it in the provider's words.
      entry.outcome = error.kind;
      return sendJson(response, error.status ?? 500, wire.error(error.kind, error.message));
    }
    const scripted = typeof said === 'string' ? { text: said } : said;
    const made = fault?.kind === 'instead' ? fault.make(scripted) : scripted;
    const answer = wireAnswer(made, prompt.tokens, this.#countTokens, `call_${target}_${nth}`);
    entry.costUsd = costUsd(answer.usage, [modelName(target)], worldPrices) ?? 0;
    if (fault?.kind === 'broken') return this.#break(fault.by, answer, target, wire, prompt.stream, response);
    entry.isAnswered = true;
    if (prompt.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      for (const event of wire.events(answer, modelName(target))) response.write(event);
      response.end();
      return;
    }
    sendJson(response, 200, wire.whole(answer, modelName(target)), { 'x-request-id': `req_${target}_${nth}` });
  }

  #fail(fault: Extract<ModelFault, { kind: 'silence' | 'status' | 'nonsense' }>, wire: ModelWire, response: ServerResponse): void {
    if (fault.kind === 'status') sendJson(response, fault.status, wire.error(fault.type, fault.message), fault.headers);
    if (fault.kind === 'nonsense') sendText(response, 200, fault.contentType, fault.body);
    // Silence is silence: the connection stays open until the world ends.
  }

  #break(by: 'cut' | 'error_event', answer: WireAnswer, target: string, wire: ModelWire, stream: boolean, response: ServerResponse): void {
    // Who did not ask for a stream gets what a provider sends then: half an answer.
    if (!stream) return cutInHalf(response, 'application/json', JSON.stringify(wire.whole(answer, modelName(target))));
    const events = wire.events(answer, modelName(target));
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of events.slice(0, Math.max(2, Math.floor(events.length / 2)))) response.write(event);
    if (by === 'error_event') response.end(wire.errorEvent);
    else setTimeout(() => response.destroy(), 10);
  }
}
