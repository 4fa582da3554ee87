import { BaseLlm, LlmAgent, InMemoryRunner, FunctionTool, type BaseLlmConnection, type LlmRequest, type LlmResponse } from '@google/adk';
import { scriptedModel, type ModelClient, type ModelRequest, type ModelResponse } from 'durableflow';
import { answerTurn, driveRunner, durableLlm, type LlmTurn } from 'durableflow/adk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejection } from '../../fixtures/rejection.js';

const ask = (text: string, config: LlmTurn['config'] = {}): LlmTurn => ({
  model: 'any',
  contents: [{ role: 'user', parts: [{ text }] }],
  config,
});

describe('a turn that a ModelClient answers', () => {
  it('is asked in its words: instruction, conversation, tools and settings', async () => {
    const model = scriptedModel(['Done.']);
    await answerTurn(model, {
      model: 'any',
      contents: [
        { role: 'user', parts: [{ text: 'Refund' }, { text: 'it.' }] },
        {
          role: 'model',
          parts: [
            { text: 'Which one?', thought: true },
            { text: 'I look.' },
            { functionCall: { name: 'find', args: { id: 1 } } },
            { functionCall: { id: 'given', name: 'find', args: { id: 2 } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'given', name: 'find', response: { error: 'gone' } } },
            { functionResponse: { name: 'find', response: { cents: 5 } } },
          ],
        },
      ],
      config: {
        systemInstruction: 'Be kind.',
        temperature: 0.5,
        maxOutputTokens: 77,
        stopSequences: ['END'],
        toolConfig: { functionCallingConfig: { mode: 'ANY' as never } },
        tools: [{ functionDeclarations: [{ name: 'find', description: 'Finds.', parameters: { type: 'OBJECT' as never } }] }],
      },
    });
    expect(model.requests).toEqual([
      {
        messages: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'Refund\nit.' },
          {
            role: 'assistant',
            content: 'I look.',
            toolCalls: [
              { id: 'call_1', name: 'find', input: { id: 1 } },
              { id: 'given', name: 'find', input: { id: 2 } },
            ],
          },
          { role: 'tool', toolCallId: 'given', content: '{"error":"gone"}', isError: true },
          { role: 'tool', toolCallId: 'call_1', content: '{"cents":5}' },
        ],
        maxTokens: 77,
        tools: [{ name: 'find', description: 'Finds.', parameters: { type: 'object' } }],
        toolChoice: 'required',
        temperature: 0.5,
        stop: ['END'],
      },
    ]);
  });

  it('offers tools by the schema that they were declared with', async () => {
    const model = scriptedModel(['Done.']);
    const parameters = z.object({
      ids: z.array(z.string()).min(1).max(9).describe('Some ids.'),
      cents: z.number().positive(),
      kind: z.enum(['a', 'b']).optional(),
      note: z.string().nullable(),
    });
    const tool = new FunctionTool({ name: 'pay', description: 'Pays.', parameters, execute: () => 'paid' });
    const agent = new LlmAgent({ name: 'payer', tools: [tool], model: durableLlm((turn) => answerTurn(model, turn)) });
    await driveRunner(new InMemoryRunner({ agent }), 'Pay.');
    expect(model.requests[0]!.tools![0]!.parameters).toMatchObject({
      type: 'object',
      properties: {
        ids: { type: 'array', minItems: 1, maxItems: 9, items: { type: 'string' }, description: 'Some ids.' },
        cents: { type: 'number', exclusiveMinimum: 0 },
        kind: { type: 'string', enum: ['a', 'b'] },
      },
      required: ['ids', 'cents', 'note'],
    });
  });

  it('gets back what it cost, what only its provider understands, and why it ended', async () => {
    const opaque = { provider: 'p', model: 'm', parts: [{ signature: 'ünsigned' }] };
    const requests: ModelRequest[] = [];
    const response: ModelResponse = {
      text: 'Half an ans',
      toolCalls: [],
      stopReason: 'max_tokens',
      usage: { inputTokens: 10, outputTokens: 8, cacheReadTokens: 4, cacheWriteTokens: 1, reasoningTokens: 3 },
      costUsd: 0.25,
      model: 'm-2026',
      provider: 'p',
      requestId: 'req_1',
      opaque,
    };
    const model: ModelClient = {
      ...scriptedModel([]),
      complete: async (request) => {
        requests.push(request);
        return response;
      },
    };
    const answer = await answerTurn(model, ask('?'));
    expect(answer).toMatchObject({
      finishReason: 'MAX_TOKENS',
      modelVersion: 'm-2026',
      customMetadata: { provider: 'p', costUsd: 0.25, requestId: 'req_1' },
      usageMetadata: { promptTokenCount: 15, candidatesTokenCount: 5, thoughtsTokenCount: 3, totalTokenCount: 23 },
    });
    await answerTurn(model, { ...ask('?'), contents: [...ask('?').contents, answer.content!, ...ask('Go on.').contents] });
    expect(requests[1]!.messages[1]).toEqual({ role: 'assistant', content: 'Half an ans', opaque });
  });

  it('is shown while it is streamed, and recorded whole', async () => {
    const pieces: string[] = [];
    const answer = await answerTurn(scriptedModel(['The capital is Berlin.']), ask('?'), { onText: (text) => pieces.push(text) });
    expect(pieces).toEqual(['The', ' capital', ' is', ' Berlin.']);
    expect(answer.content?.parts).toEqual([{ text: 'The capital is Berlin.' }]);
  });

  it('is told of the form that the agent wants', async () => {
    const model = scriptedModel(['{"city":"Berlin"}']);
    const agent = new LlmAgent({
      name: 'geographer',
      model: durableLlm((turn) => answerTurn(model, turn)),
      outputSchema: z.object({ city: z.string() }),
      outputKey: 'place',
    });
    const { text, state } = await driveRunner(new InMemoryRunner({ agent }), 'Capital of Germany?');
    expect(JSON.parse(text)).toEqual({ city: 'Berlin' });
    expect(state['place']).toEqual({ city: 'Berlin' });
    expect(model.requests[0]!.messages[0]!.content).toMatch(/Answer with JSON alone, of this schema: \{.*"city":\{"type":"string"\}/);
  });

  it.each([
    ['an image', { ...ask(''), contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: '' } }] }] }, 'inlineData'],
    ['a tool of Google', ask('?', { tools: [{ googleSearch: {} }] }), 'googleSearch'],
  ])('is refused with %s in it', async (_, turn, word) => {
    const error = await rejection(answerTurn(scriptedModel(['?']), turn));
    expect(error).toMatchObject({ code: 'DF_AGENT_UNSUPPORTED', message: expect.stringContaining(word) });
  });
});

describe('a turn that a model of ADK answers', () => {
  class Native extends BaseLlm {
    readonly seen: { request: LlmRequest; stream: boolean | undefined }[] = [];

    constructor(readonly responses: readonly LlmResponse[]) {
      super({ model: 'native' });
    }

    override async *generateContentAsync(request: LlmRequest, stream?: boolean): AsyncGenerator<LlmResponse, void> {
      this.seen.push({ request, stream });
      yield* this.responses;
    }

    override connect(): Promise<BaseLlmConnection> {
      throw new Error('not here');
    }
  }

  it('is asked as ADK asks, and put together from its pieces', async () => {
    const native = new Native([
      { partial: true, content: { role: 'model', parts: [{ text: 'hm', thought: true }] } },
      { partial: true, content: { role: 'model', parts: [{ text: 'Ber' }] } },
      { content: { role: 'model', parts: [{ text: 'Berlin.' }] } },
      { content: { role: 'model', parts: [{ functionCall: { name: 'find', args: {} } }] }, turnComplete: true },
    ]);
    const pieces: string[] = [];
    const turn = ask('?', { tools: [{ googleSearch: {} }] });
    const answer = await answerTurn(native, turn, { onText: (text) => pieces.push(text) });
    expect(pieces).toEqual(['Ber']);
    expect(answer).toEqual({
      content: { role: 'model', parts: [{ text: 'Berlin.' }, { functionCall: { name: 'find', args: {} } }] },
      turnComplete: true,
    });
    expect(native.seen).toMatchObject([{ stream: true, request: { config: turn.config, contents: turn.contents, toolsDict: {} } }]);
  });

  it('may be refused by Google, in which case the conversation has failed', async () => {
    const native = new Native([{ errorCode: 'PROHIBITED_CONTENT', errorMessage: 'blocked' }]);
    const agent = new LlmAgent({ name: 'careful', model: durableLlm((turn) => answerTurn(native, turn)) });
    const error = await rejection(driveRunner(new InMemoryRunner({ agent }), '?'));
    expect(error).toMatchObject({
      code: 'DF_AGENT_FAILED',
      message: expect.stringContaining('the agent careful ended with PROHIBITED_CONTENT: blocked'),
    });
  });
});
