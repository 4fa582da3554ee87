import { Planner, type ChatChunk } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { failure } from '../../models/fixtures/collect.js';
import { anthropicWire } from '../../models/fixtures/anthropic-stub.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer, type StubReply } from '../../models/fixtures/stub-server.js';
import { hello, stubTarget } from './stub-targets.js';

const long = 'x'.repeat(200_000);

/** Says in its head how long it is, or that it will be 10 bytes. */
const sized =
  (content: string, length?: number): StubReply =>
  (response) => {
    const body = JSON.stringify({
      id: 'a',
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length ?? Buffer.byteLength(body) });
    response.end(body);
  };

async function ask(reply: StubReply, more = {}) {
  await using server = await StubServer.start(reply);
  await using planner = await Planner.open({ targets: [stubTarget('small', server, more)], maxAnswerBytes: 100_000 });
  return await planner.complete(hello);
}

describe('an answer that is too long', () => {
  it.each([
    { what: 'in pieces', reply: openAiWire.completion({ message: { content: long } }) },
    { what: 'as its head says', reply: sized(long) },
    { what: 'as an error', reply: openAiWire.error(500, { message: long }) },
  ])('$what is given up', async ({ reply }) => {
    const error = await failure<Error & { code: string; details: { attempts: { detail: string }[] } }>(ask(reply));
    expect(error.code).toBe('DF_PLAN_FAILED');
    expect(error.details.attempts[0]!.detail.length).toBeLessThan(500);
  });

  it('of Anthropic is given up as well', async () => {
    const reply = anthropicWire.message({ content: [{ type: 'text', text: long }] });
    const error = await failure<{ details: { attempts: { detail: string }[] } }>(ask(reply, { api: 'anthropic' }));
    expect(error.details.attempts[0]!.detail).toContain('more than 100000 bytes');
  });

  it('as a stream breaks off', async () => {
    const { delta, stream, done } = openAiWire;
    const words = Array.from({ length: 200 }, () => delta({ content: 'x'.repeat(1000) }));
    await using server = await StubServer.start(stream([...words, delta({}, 'stop'), done]));
    await using planner = await Planner.open({ targets: [stubTarget('small', server)], maxAnswerBytes: 100_000 });
    const { chunks } = await planner.stream(hello);
    const got: ChatChunk[] = [];
    const read = async () => {
      for await (const chunk of chunks) got.push(chunk);
    };
    expect((await failure(read())).message).toContain('more than 100000 bytes');
    expect(got.length).toBeLessThan(100);
  });

  it('is one that is just as long as it may be no more', async () => {
    for (const reply of [sized('Hello.'), openAiWire.completion(), openAiWire.completion({ message: { content: 'ü'.repeat(40_000) } })])
      expect((await ask(reply)).targetId).toBe('small');
  });
});
