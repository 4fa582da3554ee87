import { assistantMessage, ModelError, scriptedModel, type ModelRequest } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect, failure } from './fixtures/collect.js';
import { ManualClock } from '../fixtures/manual-clock.js';

const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };

describe('scriptedModel', () => {
  it('gives its replies in order: texts, answers, errors and functions', async () => {
    const model = scriptedModel([
      'One.',
      { text: 'Two.', stopReason: 'max_tokens', usage: { outputTokens: 9, cacheReadTokens: 3 } },
      new ModelError('server', 'three'),
      ({ messages }, call) => `${call}: ${messages[0]!.content}`,
      { toolCalls: [{ name: 'order', input: { id: 7 } }] },
    ]);
    expect((await model.complete(ask)).text).toBe('One.');
    expect(await model.complete(ask)).toMatchObject({
      stopReason: 'max_tokens',
      usage: { inputTokens: 1, outputTokens: 9, cacheReadTokens: 3 },
    });
    expect(await failure(model.complete(ask))).toMatchObject({ kind: 'server' });
    expect((await model.complete(ask)).text).toBe('4: Hi');
    const last = await model.complete(ask);
    expect(last).toMatchObject({ stopReason: 'tool_calls', toolCalls: [{ id: 'call_5_1', name: 'order', input: { id: 7 } }] });
    expect(assistantMessage(last)).toEqual({ role: 'assistant', content: '', toolCalls: last.toolCalls });
    model.assertUsedUp();
  });

  it('complains about calls that are not in the script, and about replies that nobody asked for', async () => {
    const model = scriptedModel(['One.', 'Two.']);
    await model.complete(ask);
    expect(() => model.assertUsedUp()).toThrow(/1 of 2 replies/);
    await model.complete(ask);
    expect(await failure(model.complete(ask))).toMatchObject({ code: 'DF_MODEL_SCRIPT' });
  });

  it('keeps what it was asked, as it was then', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const model = scriptedModel(() => 'Hello.');
    await model.complete({ messages, maxTokens: 5, tools: [{ name: 'order', parameters: z.object({ id: z.number() }) }] });
    messages.push({ role: 'user', content: 'later' });
    expect(model.requests).toMatchObject([
      { messages: [{ content: 'Hi' }], maxTokens: 5, tools: [{ name: 'order', parameters: { type: 'object' } }] },
    ]);
    expect(model.requests[0]!.messages).toHaveLength(1);
  });

  it('streams word by word, or in the pieces of the script', async () => {
    const model = scriptedModel([
      'The bike\nis ready. ',
      { chunks: ['a', 'b'], toolCalls: [{ name: 'order', input: {} }] },
      { chunks: ['a'], error: new ModelError('stream_broken', 'cut') },
    ]);
    const words = await collect(model.stream(ask));
    expect(words.pieces).toEqual(['The', ' bike', '\nis', ' ready. ']);
    expect(words.response.text).toBe('The bike\nis ready. ');
    expect(await collect(model.stream(ask))).toMatchObject({ pieces: ['a', 'b', '<order>'], response: { text: 'ab' } });
    const pieces: string[] = [];
    expect(await failure(collect(model.stream(ask), pieces))).toMatchObject({ kind: 'stream_broken' });
    expect(pieces).toEqual(['a']);
  });

  it('takes its time, and heeds its signal', async () => {
    const clock = new ManualClock(1_000_000);
    const model = scriptedModel(() => ({ text: 'Hello.', delay: '10s' }), { clock });
    await clock.run(model.complete(ask));
    expect(clock.now()).toBe(1_010_000);
    const caller = new AbortController();
    const given = failure(model.complete(ask, { signal: caller.signal }));
    caller.abort();
    expect(await given).toMatchObject({ kind: 'aborted' });
    expect(clock.pending).toBe(0);
  });

  it('costs what the model costs that it pretends to be', async () => {
    const usage = { inputTokens: 1000, outputTokens: 1000 };
    expect((await scriptedModel([{ usage }]).complete(ask)).costUsd).toBe(0);
    expect((await scriptedModel([{ usage }], { model: 'claude-haiku-4-5' }).complete(ask)).costUsd).toBe(0.006);
  });
});
