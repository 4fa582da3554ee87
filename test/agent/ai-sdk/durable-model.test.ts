import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool, ToolLoopAgent } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { replayHistory, step, workflow, type PriceTable } from 'durableflow';
import { answerCall, durableModel, type AiModel, type ModelAnswer, type ModelCall } from 'durableflow/ai-sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { ShopServer } from '../../../examples/shop/shop-server.js';
import { errorCode } from '../../fixtures/rejection.js';
import { openFlow } from '../../fixtures/open-flow.js';

const tokens = { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0, text: 5, reasoning: 0 };

const answer = (content: ModelAnswer['content'], unified: ModelAnswer['finishReason']['unified'] = 'stop'): ModelAnswer => ({
  content,
  finishReason: { unified, raw: unified },
  usage: { inputTokens: tokens, outputTokens: tokens },
  warnings: [],
});

const says = (text: string) => answer([{ type: 'text', text }]);
const calls = (toolName: string, ...inputs: object[]) =>
  answer(
    inputs.map((input, index) => ({ type: 'tool-call', toolCallId: `${toolName}-${index}`, toolName, input: JSON.stringify(input) })),
    'tool-calls',
  );

/** A workflow around one use of a model. `work` is `run()`. */
function around(
  model: AiModel,
  work: (durable: AiModel, look: (id: number) => Promise<string>) => Promise<unknown>,
  onText?: (text: string) => void,
) {
  @workflow({ name: 'around' })
  class Around {
    async run(): Promise<unknown> {
      return work(
        durableModel(model, (call) => this.think(call)),
        (id) => this.look(id),
      );
    }

    @step({ retry: { maxAttempts: 1 } })
    think(call: ModelCall) {
      return answerCall(model, call, onText && { onText });
    }

    @step()
    async look(id: number) {
      // The first that was asked for is the last to answer.
      await new Promise((resolve) => setTimeout(resolve, 30 / id));
      return `thing ${id}`;
    }
  }
  return Around;
}

/** Runs it, and replays what it has recorded: both have to come to the same. */
async function outcome(Around: ReturnType<typeof around>) {
  const flow = await openFlow(':memory:', { guard: 'error' });
  flow.register(Around, () => new Around());
  const run = await flow.start(Around, undefined, { id: 'r' });
  const output = await run.result();
  const history = flow.exportHistory('r');
  const replay = await replayHistory(Around, () => new Around(), history);
  expect(replay).toMatchObject({ status: 'completed', divergence: undefined });
  expect(replay.output).toEqual(output);
  return { output, history };
}

async function openShop(): Promise<{ shop: ShopServer; model: AiModel }> {
  const shop = await ShopServer.open();
  onTestFinished(() => shop[Symbol.asyncDispose]());
  return { shop, model: createOpenAICompatible({ name: 'loopback', baseURL: `${shop.url}/v1`, includeUsage: true })('scripted') };
}

const lookTool = (look: (id: number) => Promise<string>) =>
  tool({ description: 'Looks.', inputSchema: z.object({ id: z.number() }), execute: ({ id }) => look(id) });

describe('a durable model', () => {
  it('streams what is recorded, through the whole tool loop', async () => {
    const { shop, model } = await openShop();
    shop.model = (messages) => (messages.length === 1 ? { calls: [{ name: 'look', input: { id: 1 } }] } : { text: 'I saw thing 1.' });
    const shown: string[] = [];
    const Around = around(
      model,
      async (durable, look) => {
        const result = streamText({ model: durable, prompt: 'Look!', tools: { look: lookTool(look) }, stopWhen: stepCountIs(3) });
        const types = [];
        for await (const { type } of result.fullStream) types.push(type);
        const { inputTokens, outputTokens } = await result.totalUsage;
        return { text: await result.text, types, tokens: [inputTokens, outputTokens] };
      },
      (text) => shown.push(text),
    );
    const { output, history } = await outcome(Around);
    expect(output).toEqual({
      text: 'I saw thing 1.',
      types: [
        ...['start', 'start-step', 'tool-call', 'tool-result', 'finish-step'],
        ...['start-step', 'text-start', 'text-delta', 'text-end', 'finish-step', 'finish'],
      ],
      tokens: [240, 40],
    });
    // Shown piece by piece when it came, and not once more by the replay.
    expect(shown).toEqual(['I', ' saw', ' thing', ' 1.']);
    expect(shop.chats.map(({ stream }) => stream)).toEqual([true, true]);
    expect(history.journal.map(({ name }) => name)).toEqual(['think', 'look', 'think']);
  });

  it('is asked through the tools of one turn, which run at the same time', async () => {
    const model = new MockLanguageModelV3({ doGenerate: [calls('look', { id: 1 }, { id: 2 }, { id: 3 }), says('Seen.')] });
    const Around = around(model, async (durable, look) => {
      const { text, steps } = await generateText({
        model: durable,
        prompt: '?',
        tools: { look: lookTool(look) },
        stopWhen: stepCountIs(3),
      });
      return { text, results: steps[0]!.toolResults.map((result) => result.output) };
    });
    const { output, history } = await outcome(Around);
    expect(output).toEqual({ text: 'Seen.', results: ['thing 1', 'thing 2', 'thing 3'] });
    expect(history.journal.map(({ call }) => call)).toEqual([0, 3, 2, 1, 4]);
  });

  it('serves ToolLoopAgent and structured output', async () => {
    const model = new MockLanguageModelV3({ doGenerate: [calls('look', { id: 2 }), says('{"saw":"thing 2"}')] });
    const Around = around(model, async (durable, look) => {
      const output = Output.object({ schema: z.object({ saw: z.string() }) });
      const agent = new ToolLoopAgent({ model: durable, tools: { look: lookTool(look) }, output });
      return (await agent.generate({ prompt: 'Look!' })).output;
    });
    expect((await outcome(Around)).output).toEqual({ saw: 'thing 2' });
  });

  it('keeps bytes, addresses and thoughts, and leaves out keys and what HTTP had around the answer', async () => {
    const thought = { type: 'reasoning', text: 'Hm.', providerMetadata: { p: { signature: 's1' } } } as const;
    const model = new MockLanguageModelV3({
      supportedUrls: { '*/*': [/.*/] },
      doGenerate: [
        {
          ...answer([thought, { type: 'tool-call', toolCallId: 'c', toolName: 'look', input: '{"id":1}' }], 'tool-calls'),
          request: { body: 'secret-body' },
          response: { id: 'r1', modelId: 'm1', timestamp: new Date(0), headers: { cookie: 'secret-cookie' }, body: 'secret-body' },
        },
        says('Seen.'),
      ],
    });
    const Around = around(model, async (durable, look) => {
      const { response } = await generateText({
        model: durable,
        headers: { authorization: 'secret-key' },
        tools: { look: lookTool(look), raw: tool({ inputSchema: jsonSchema({ type: 'object' }) }) },
        stopWhen: stepCountIs(2),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', mediaType: 'application/pdf', data: new Uint8Array([1, 2, 3]) },
              { type: 'image', image: new URL('https://example.com/a.png') },
            ],
          },
        ],
      });
      return response.messages.length;
    });
    const { history } = await outcome(Around);
    expect(JSON.stringify(history)).not.toMatch(/secret-(?:key|cookie|body)/);
    const [first, second] = model.doGenerateCalls;
    expect(first!.prompt[0]!.content).toMatchObject([{ data: new Uint8Array([1, 2, 3]) }, { data: new URL('https://example.com/a.png') }]);
    expect(first!.headers).toBeUndefined();
    expect(first!.abortSignal).toBeInstanceOf(AbortSignal);
    expect(second!.prompt[1]!.content).toMatchObject([{ type: 'reasoning', text: 'Hm.', providerOptions: { p: { signature: 's1' } } }, {}]);
  });

  it('costs what its prices say, and nothing is claimed where there is none', async () => {
    const model = new MockLanguageModelV3({ modelId: 'our-llama', doGenerate: [says('One.'), says('Two.')] });
    @workflow({ name: 'priced' })
    class Priced {
      async run() {
        return (await this.think({ 'our-llama': { input: 2, output: 10 } })) + (await this.think({}));
      }

      @step()
      async think(prices: PriceTable) {
        return (await answerCall(model, { prompt: [] }, { prices })).content.length;
      }
    }
    const flow = await openFlow();
    flow.register(Priced, () => new Priced());
    await (await flow.start(Priced, undefined, { id: 'r' })).result();
    const cost = (tokens.total * 2 + tokens.total * 10) / 1e6;
    const costs = flow.audit('r').decisions.flatMap(({ modelCalls }) => modelCalls.map(({ costUsd }) => costUsd));
    expect(costs).toEqual([cost, undefined]);
  });

  it('needs nothing but promises between its calls', async () => {
    const run = async (use: (model: AiModel) => Promise<string>) => {
      const model = durableModel(new MockLanguageModelV3(), async ({ prompt }) =>
        prompt.length > 1 ? says('Seen.') : calls('look', { id: 1 }),
      );
      let turned = false;
      setImmediate(() => (turned = true));
      return [await use(model), turned];
    };
    const tools = { look: lookTool(async (id) => `thing ${id}`) };
    const options = { prompt: '?', tools, stopWhen: stepCountIs(3) };
    expect(await run(async (model) => (await generateText({ model, ...options })).text)).toEqual(['Seen.', false]);
    expect(await run((model) => Promise.resolve(streamText({ model, ...options }).text))).toEqual(['Seen.', false]);
  });

  it.each(['openai/gpt-5', { specificationVersion: 'v2', modelId: 'old' }])('is not made of %j', async (model) => {
    expect(await errorCode(() => durableModel(model as never, () => Promise.reject(new Error('not asked'))))).toBe('DF_AGENT_UNSUPPORTED');
  });
});

describe('a call that fails', () => {
  it.each([
    [401, 'DF_MODEL_AUTHENTICATION'],
    [402, 'DF_MODEL_SPEND_CAP'],
    [429, 'DF_MODEL_RATE_LIMITED'],
    [500, 'DF_MODEL_SERVER'],
  ])('with the status %i is %s', async (status, code) => {
    const { shop, model } = await openShop();
    shop.failures = [status];
    const Around = around(model, async (durable) => (await generateText({ model: durable, prompt: '?' })).text);
    const flow = await openFlow();
    flow.register(Around, () => new Around());
    expect(await errorCode((await flow.start(Around)).result())).toBe(code);
    expect(shop.count('model')).toBe(1);
  });

  it('because nobody is there is a failed connection', async () => {
    const model = createOpenAICompatible({ name: 'nobody', baseURL: 'http://127.0.0.1:1/v1' })('m');
    expect(await errorCode(answerCall(model, { prompt: [] }))).toBe('DF_MODEL_CONNECTION');
  });

  it('for lack of time is given up', async () => {
    const { shop, model } = await openShop();
    shop.beforeAnswer = () => new Promise(() => {});
    expect(await errorCode(answerCall(model, { prompt: [] }, { timeout: '20ms' }))).toBe('DF_MODEL_TIMEOUT');
  });

  it('in the middle of its stream is a broken stream', async () => {
    const model = new MockLanguageModelV3({
      doStream: { stream: new ReadableStream({ start: (controller) => controller.close() }) },
    });
    expect(await errorCode(answerCall(model, { prompt: [] }, { onText: () => {} }))).toBe('DF_MODEL_STREAM_BROKEN');
  });
});
