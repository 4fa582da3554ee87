import { once } from 'node:events';
import Database from 'better-sqlite3';
import { Planner, type ChatChunk } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { eventStream, silence, StubServer, text, type StubReply } from '../../models/fixtures/stub-server.js';
import { eventually } from '../../fixtures/eventually.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { hello, stubTarget } from './stub-targets.js';

const { delta, stream, done } = openAiWire;
const used = openAiWire.usage({ prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 });
const role = delta({ role: 'assistant', content: '' });
const words = [role, delta({ content: 'Hel' }), delta({ content: 'lo.' }), delta({}, 'stop')];

async function open(first: StubReply, second: StubReply = silence, file = ':memory:', more = {}) {
  const [small, large] = [await StubServer.start(first), await StubServer.start(second)];
  const targets = [stubTarget('small', small), stubTarget('large', large, { prices: { input: 10, output: 10 } })];
  const planner = await Planner.open({ targets, file, ...more });
  return { small, large, planner };
}

async function textOf(chunks: AsyncIterable<ChatChunk>, pieces: string[] = []): Promise<string> {
  for await (const { choices } of chunks) for (const { delta: it } of choices) if (it.content) pieces.push(it.content);
  return pieces.join('');
}

describe('a streamed answer', () => {
  it('comes as its target gave it; usage is asked for the books, and told to callers that ask for it', async () => {
    const { planner, small } = await open(stream([...words, used, done]));
    const first = await planner.stream(hello);
    const chunks: ChatChunk[] = [];
    for await (const chunk of first.chunks) chunks.push(chunk);
    expect(chunks).toEqual(words);
    expect(planner.trace(first.requestId)).toMatchObject({ state: 'answered', totals: { costUsd: 0.000012, chargedUsd: 0.000012 } });
    expect(small.requests[0]!.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    const second = await planner.stream({ ...hello, stream_options: { include_usage: true } });
    const all: ChatChunk[] = [];
    for await (const chunk of second.chunks) all.push(chunk);
    expect(all).toEqual([...words, used]);
    await planner.close();
  });

  it('is asked without usage of a target that does not know the field', async () => {
    const refusal = openAiWire.error(400, { message: 'Unknown parameter: stream_options' });
    const { planner, small } = await open(refusal);
    small.reply(refusal, stream([...words, done]));
    const { chunks, requestId } = await planner.stream(hello);
    expect(await textOf(chunks)).toBe('Hello.');
    const { totals, escalation } = planner.trace(requestId);
    expect(escalation).toMatchObject([{ outcome: 'no_check_completed', costUsd: undefined }]);
    expect(totals.chargedUsd).toBeGreaterThan(0);
    expect(small.requests.map(({ body }) => 'stream_options' in body)).toEqual([true, false]);
    await planner.close();
  });

  it('is the next target’s where the first one fails before its first word', async () => {
    for (const [reply, why] of [
      [openAiWire.error(429, { message: 'slow down' }), /slow down/],
      [text(200, 'text/html', 'no'), /expected a stream of events, got text.html/],
      [stream([role], 'cut'), /terminated/],
      [stream([role], 'end'), /ended before it began/],
      [silence, /nothing came within 300 ms/],
    ] as const) {
      const { planner } = await open(reply, stream([...words, used, done]), ':memory:', { timeout: '300ms' });
      const { chunks, targetId, requestId } = await planner.stream(hello);
      expect(targetId).toBe('large');
      expect(await textOf(chunks)).toBe('Hello.');
      const { escalation } = planner.trace(requestId);
      expect(escalation.map(({ outcome }) => outcome)).toEqual(['transport_error', 'no_check_completed']);
      expect(escalation[0]!.detail).toMatch(why);
      await planner.close();
    }
  });

  it('is committed on disk before its first word is given out', async () => {
    const file = `${tempFolder()}/planner.db`;
    const { planner } = await open(stream([...words, used, done]), silence, file);
    const { chunks, requestId } = await planner.stream(hello);
    const other = new Database(file, { readonly: true });
    const names = other
      .prepare('SELECT name FROM journal JOIN runs ON runs.row = journal.run WHERE runs.id = ? ORDER BY seq')
      .pluck()
      .all(requestId);
    other.close();
    expect(names).toEqual(['open']);
    await textOf(chunks);
    await planner.close();
  });

  it.each([
    { what: 'is cut', reply: stream([role, delta({ content: 'Hel' })], 'cut') },
    { what: 'ends without an end', reply: stream([role, delta({ content: 'Hel' })], 'end') },
    { what: 'falls silent', reply: stream([role, delta({ content: 'Hel' })], 'hang') },
    { what: 'says an error', reply: stream([delta({ content: 'Hel' }), { error: { message: 'overloaded', code: 503 } }], 'hang') },
    {
      what: 'turns into something else',
      reply: eventStream([`data: ${JSON.stringify(delta({ content: 'Hel' }))}\n\n`, 'data: {"a":1}\n\n']),
    },
    { what: 'is no JSON any more', reply: eventStream([`data: ${JSON.stringify(delta({ content: 'Hel' }))}\n\n`, 'data: {oops\n\n']) },
  ])('that $what in the middle is an error in the stream, on record, and nobody else is asked', async ({ reply }) => {
    const { planner, large } = await open(reply, silence, ':memory:', { timeout: '300ms' });
    const { chunks, requestId } = await planner.stream(hello);
    const pieces: string[] = [];
    const error = await failure<{ code: string }>(textOf(chunks, pieces));
    expect([error.code, ...pieces]).toEqual(['DF_PLAN_STREAM_BROKEN', 'Hel']);
    expect(planner.trace(requestId).escalation).toMatchObject([{ outcome: 'transport_error', costUsd: undefined }]);
    expect(planner.trace(requestId).totals.chargedUsd).toBeGreaterThan(0.0001);
    await eventually(() => planner.trace(requestId).state === 'failed');
    expect(large.requests).toEqual([]);
    await planner.close();
  });

  it.each(['leaves the loop', 'aborts', 'never reads', 'leaves at once'] as const)(
    'whose reader %s is aborted at its target and charged at its worst case',
    async (what) => {
      const { planner, small } = await open(stream(words.slice(0, 2), 'hang'), silence, ':memory:', { readerTimeout: '100ms' });
      const controller = new AbortController();
      const { chunks, requestId } = await planner.stream(hello, {}, { signal: controller.signal });
      if (what === 'leaves the loop') for await (const _ of chunks) break;
      if (what === 'leaves at once') await chunks[Symbol.asyncIterator]().return!();
      if (what === 'aborts') {
        const reading = failure<{ code: string }>(textOf(chunks));
        setTimeout(() => controller.abort(), 20);
        expect((await reading).code).toBe('DF_PLAN_ABANDONED');
      }
      await small.requests[0]!.hungUp;
      await eventually(() => planner.trace(requestId).state === 'abandoned');
      const { escalation } = planner.trace(requestId);
      expect(escalation).toMatchObject([{ outcome: 'abandoned', costUsd: undefined }]);
      expect(escalation[0]!.chargedUsd).toBeGreaterThan(0.0001);
      await planner.close();
    },
  );

  it('is charged what it used where its reader leaves after that was told', async () => {
    const { planner } = await open(stream([...words, used], 'hang'));
    const { chunks, requestId } = await planner.stream({ ...hello, stream_options: { include_usage: true } });
    for await (const chunk of chunks) if (chunk.usage) break;
    await eventually(() => planner.trace(requestId).state === 'abandoned');
    expect(planner.trace(requestId).escalation).toMatchObject([{ outcome: 'abandoned', costUsd: 0.000012, chargedUsd: 0.000012 }]);
    await planner.close();
  });

  it('is read from its target no faster than its reader takes it', async () => {
    let written = 0;
    const piece = `data: ${JSON.stringify(delta({ content: 'x'.repeat(1000) }))}\n\n`;
    const { planner } = await open(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const closed = once(response, 'close');
      while (written < 200_000 && !response.destroyed) {
        written++;
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
      }
    });
    const { chunks } = await planner.stream(hello);
    const reader = chunks[Symbol.asyncIterator]();
    for (let n = 0; n < 10; n++) await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // What sockets and the parser hold, of 200 MB.
    expect(written).toBeLessThan(20_000);
    await reader.return!();
    await planner.close();
  });

  it('is checked when it is over; a failed check is on record and leads nowhere', async () => {
    const { planner, large } = await open(stream([...words, used, done]));
    const { chunks, requestId } = await planner.stream(hello, { check: { type: 'regex', pattern: '^Good bye' } });
    expect(await textOf(chunks)).toBe('Hello.');
    expect(planner.trace(requestId).escalation).toMatchObject([{ outcome: 'failed_check', costUsd: 0.000012 }]);
    expect(planner.trace(requestId).escalation[0]!.detail).toContain('it was streamed');
    await eventually(() => planner.trace(requestId).state === 'answered');
    expect(large.requests).toEqual([]);
    await planner.close();
  });

  it('keeps to the ceiling of latency to its end', async () => {
    const { planner } = await open(stream([role, delta({ content: 'Hel' })], 'hang'));
    const { chunks, requestId } = await planner.stream(hello, { maxLatencyMs: 400 });
    expect((await failure<{ code: string }>(textOf(chunks))).code).toBe('DF_PLAN_STREAM_BROKEN');
    expect(planner.trace(requestId).escalation).toMatchObject([{ outcome: 'latency_breach' }]);
    await planner.close();
  });
});
