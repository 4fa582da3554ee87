import {
  candidates,
  checkPrompt,
  contextBudget,
  loadTokenizer,
  ModelError,
  openAiCompatible,
  routeModels,
  scriptedModel,
  step,
  workflow,
  type ContextItem,
  type ModelClient,
  type ModelRequest,
  type Selection,
  type TelemetryEvent,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
const notes: ContextItem[] = Array.from({ length: 10 }, (_, id) => ({ id: `note-${id}`, text: `bike note number ${id}` }));

/** What a method with a budget of 100 words sends to a model. */
const requestOf = (beside: string, context: Selection): ModelRequest => ({
  messages: [
    { role: 'system', content: beside },
    { role: 'user', content: context.selected.map(({ text }) => text).join('\n') },
  ],
  maxTokens: 10,
});

@workflow({ name: 'asking' })
class Asking {
  constructor(private readonly send: (beside: string, context: Selection) => unknown) {}

  run(beside: string) {
    return this.ask(beside, candidates(notes));
  }

  @step()
  @contextBudget({ maxTokens: 100, query: () => 'bike', countTokens: words })
  async ask(beside: string, context: Selection) {
    return this.send(beside, context);
  }
}

async function ask(beside: string, send: (beside: string, context: Selection) => unknown) {
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event) });
  flow.register(Asking, () => new Asking(send));
  return { result: (await flow.start(Asking, beside)).result(), events };
}

const completing = (model: ModelClient) => (beside: string, context: Selection) => model.complete(requestOf(beside, context));

async function streaming(model: ModelClient, beside: string, context: Selection) {
  for await (const delta of model.stream(requestOf(beside, context))) if (delta.type === 'response') return delta.response;
  throw new Error('there was no response');
}

const fits = 'word '.repeat(40);
const tooMuch = 'word '.repeat(80);

describe('the final prompt of a method with @contextBudget', () => {
  it('is sent if it is under the ceiling', async () => {
    const model = scriptedModel(['Yes.']);
    expect(await (await ask(fits, completing(model))).result).toMatchObject({ text: 'Yes.' });
  });

  it.each(['complete', 'stream'] as const)('is refused by the scripted model, unspent and once (%s)', async (way) => {
    const model = scriptedModel(['Yes.']);
    const { result, events } = await ask(tooMuch, way === 'complete' ? completing(model) : (...it) => streaming(model, ...it));
    // 80 words beside, ten notes of 4, and 8 around each of two messages.
    expect(await rejection(result)).toMatchObject({
      code: 'DF_CONTEXT_OVER_BUDGET',
      message: expect.stringMatching(/has 136 tokens, the ceiling of ask is 100; .* 40 of them, and 25 were kept free/) as string,
      details: { tokens: 136, maxTokens: 100, reserve: 25, itemTokens: 40, model: 'scripted' },
    });
    expect(model.requests).toHaveLength(0);
    expect(events.filter(({ event }) => event === 'attempt.started')).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'context.refused', method: 'ask', tokens: 136, maxTokens: 100, call: 0 }),
    );
  });

  it.each(['complete', 'stream'] as const)('is refused by a provider before it connects (%s)', async (way) => {
    const model = openAiCompatible({ model: 'gpt-5-mini', apiKey: 'x', baseURL: 'http://127.0.0.1:9/v1' });
    const send = way === 'complete' ? completing(model) : (beside: string, context: Selection) => streaming(model, beside, context);
    expect(await rejection((await ask(tooMuch, send)).result)).toMatchObject({ code: 'DF_CONTEXT_OVER_BUDGET' });
    expect(await rejection((await ask(fits, send)).result)).toMatchObject({ kind: 'connection' });
  });

  it.each(['complete', 'stream'] as const)('is refused by a router before its first attempt, whoever its targets are (%s)', async (way) => {
    let asked = 0;
    const answer = { text: '', toolCalls: [], stopReason: 'end', usage: undefined, costUsd: 0, model: 'own', provider: 'own', requestId: undefined } as const; // prettier-ignore
    const own: ModelClient = {
      provider: 'own',
      model: 'own',
      complete: () => Promise.resolve((asked++, answer)),
      async *stream() {
        asked++;
        yield { type: 'response', response: answer };
      },
    };
    const router = routeModels({ targets: [{ client: own }], budget: { run: 1 }, prices: { own: { input: 0, output: 1 } } });
    const send = way === 'complete' ? completing(router) : (beside: string, context: Selection) => streaming(router, beside, context);
    expect(await rejection((await ask(tooMuch, send)).result)).toMatchObject({ code: 'DF_CONTEXT_OVER_BUDGET' });
    expect(asked).toBe(0);
    await (
      await ask(fits, send)
    ).result;
    expect(asked).toBe(1);
  });

  it('is refused at the first target already if a fallback would count too many', async () => {
    const count = await loadTokenizer();
    const text = 'The bike is ready on Friday. '.repeat(20);
    const native = scriptedModel([new ModelError('overloaded', 'no')], { model: 'gpt-5-mini' });
    const foreign = scriptedModel(['Yes.'], { model: 'claude-haiku-4-5' });

    @workflow({ name: 'counting' })
    class Counting {
      run() {
        return this.ask();
      }

      @step()
      @contextBudget({ maxTokens: count(text) + 10, reserve: 0, query: () => '', model: 'gpt-5-mini' })
      ask() {
        return routeModels({ targets: [{ client: native }, { client: foreign }] }).complete({
          messages: [{ role: 'user', content: text }],
          maxTokens: 10,
        });
      }
    }
    const flow = await openFlow();
    flow.register(Counting, () => new Counting());
    expect(await rejection((await flow.start(Counting)).result())).toMatchObject({
      code: 'DF_CONTEXT_OVER_BUDGET',
      details: { model: 'claude-haiku-4-5', tokens: Math.ceil((count(text) + 8) * 1.6) },
    });
    expect(native.requests).toHaveLength(0);
  });

  it('has tool calls, their results, tools and extra fields counted', async () => {
    const filler = 'word '.repeat(60);
    const requests: ModelRequest[] = [
      { messages: [{ role: 'assistant', content: '', toolCalls: [{ id: '1', name: 'look', input: { filler: `${filler}${filler}` } }] }], maxTokens: 1 }, // prettier-ignore
      { messages: [{ role: 'tool', toolCallId: '1', content: `${filler}${filler}` }], maxTokens: 1 },
      { messages: [{ role: 'user', content: 'Hi' }], tools: [{ name: 'look', parameters: { type: 'object' } }], maxTokens: 1 },
    ];
    const model = scriptedModel([]);
    for (const request of requests)
      expect(await rejection((await ask('', () => model.complete(request))).result)).toMatchObject({ code: 'DF_CONTEXT_OVER_BUDGET' });
    const extra = openAiCompatible({ model: 'gpt-5', apiKey: 'x', baseURL: 'http://127.0.0.1:9/v1', extraBody: { metadata: { note: `${filler}${filler}` } } }); // prettier-ignore
    expect(await rejection((await ask('', completing(extra))).result)).toMatchObject({ code: 'DF_CONTEXT_OVER_BUDGET' });
  });

  it('grows with every turn of a body, and is checked in each', async () => {
    const model = scriptedModel(() => 'word '.repeat(30));
    const turns = async () => {
      const messages = [{ role: 'user' as const, content: 'Hi' }];
      for (let turn = 0; turn < 10; turn++)
        messages.push({ role: 'user', content: (await model.complete({ messages, maxTokens: 50 })).text });
    };
    expect(await rejection((await ask('', turns)).result)).toMatchObject({ code: 'DF_CONTEXT_OVER_BUDGET' });
    // 9, 47 and 85 tokens were sent; 123 were not.
    expect(model.requests).toHaveLength(3);
  });

  it('is not counted outside of the engine, nor without a budget', async () => {
    const model = scriptedModel(() => 'Yes.');
    expect(await new Asking(completing(model)).run(tooMuch)).toMatchObject({ text: 'Yes.' });
    expect(checkPrompt(tooMuch)).toBeUndefined();
  });
});

describe('checkPrompt', () => {
  it('counts for code that sends by other means', async () => {
    expect(await (await ask('', () => checkPrompt(['one two', 'three'], { model: 'any' }))).result).toBe(3);
    expect(await rejection((await ask('', () => checkPrompt(`${tooMuch} ${tooMuch}`))).result)).toMatchObject({
      code: 'DF_CONTEXT_OVER_BUDGET',
      details: { tokens: 160, maxTokens: 100 },
    });
  });
});

describe('reserve', () => {
  @workflow({ name: 'reserving' })
  class Reserving {
    run(beside: string) {
      return this.read(beside, candidates(notes));
    }

    @step()
    @contextBudget({ maxTokens: 40, query: () => 'bike', countTokens: words, reserve: (beside) => `system prompt ${beside}` })
    async read(_beside: string, context: Selection) {
      return context.tokens;
    }
  }

  const read = async (beside: string) => {
    const flow = await openFlow();
    flow.register(Reserving, () => new Reserving());
    return (await flow.start(Reserving, beside)).result();
  };

  it('keeps room for a text that depends on the arguments', async () => {
    expect(await read('')).toBe(20);
    expect(await read('one two three four five')).toBe(16);
    expect(await read('word '.repeat(30))).toBe(0);
  });

  it('is a quarter of the ceiling if nothing is said', async () => {
    expect(await (await ask('', (_beside, context) => context.tokens)).result).toBe(40);

    @workflow({ name: 'default-reserve' })
    class Plain {
      run() {
        return this.read(candidates(notes));
      }

      @step()
      @contextBudget({ maxTokens: 24, query: () => 'bike', countTokens: words })
      async read(context: Selection) {
        return context.tokens;
      }
    }
    const flow = await openFlow();
    flow.register(Plain, () => new Plain());
    expect(await (await flow.start(Plain)).result()).toBe(16);
  });

  it.each([-1, NaN, undefined])('refuses a function that returns %s', async (answer) => {
    @workflow({ name: 'wrong-reserve' })
    class Wrong {
      run() {
        return this.read();
      }

      @step()
      @contextBudget({ maxTokens: 24, query: () => '', reserve: () => answer as number })
      async read() {}
    }
    const flow = await openFlow();
    flow.register(Wrong, () => new Wrong());
    expect(await rejection((await flow.start(Wrong)).result())).toMatchObject({ code: 'DF_INVALID_INPUT' });
  });
});
