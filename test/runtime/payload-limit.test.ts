import { child, DurableFlow, sideEffect, signal, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

const limit = 10_000;
const large = (bytes = limit) => 'x'.repeat(bytes);
const tooLarge = { code: 'DF_PAYLOAD_TOO_LARGE', details: { maxPayloadBytes: limit } };

const bodies: string[] = [];

@workflow({ name: 'payload/any' })
class Any {
  async run(what: string): Promise<unknown> {
    if (what === 'result') return this.give();
    if (what === 'argument') return this.take(large());
    if (what === 'effect') return this.send();
    if (what === 'child') return child(Any, large());
    if (what === 'signal') return signal(z.string(), 'said');
    return what === 'outcome' ? large() : what.length;
  }

  @step({ retry: { initialDelay: 0 } })
  async give() {
    bodies.push('give');
    return { text: large() };
  }

  @step()
  async take(text: string) {
    bodies.push('take');
    return text.length;
  }

  @sideEffect({ idempotencyKey: () => 'send', retry: { maxAttempts: 3, initialDelay: 0 }, onInDoubt: 'retry' })
  async send() {
    bodies.push('send');
    return large();
  }
}

async function started(what: string, maxPayloadBytes = limit) {
  bodies.length = 0;
  const flow = await openFlow(':memory:', { maxPayloadBytes });
  flow.register(Any, () => new Any());
  return { flow, run: await flow.start(Any, what, { id: 'r' }) };
}

describe('a value that is too large for the journal is refused', () => {
  it.each([
    ['result', ['give']],
    ['argument', []],
    ['effect', ['send']],
    ['child', []],
    ['outcome', []],
  ] as const)('as %s, and its body is not tried again', async (what, tried) => {
    const { run } = await started(what);
    expect(await rejection(run.result())).toMatchObject(tooLarge);
    expect(bodies).toEqual(tried);
  });

  it('as input, and as the payload of a signal', async () => {
    const { flow, run } = await started('signal');
    expect(await errorCode(flow.start(Any, large()))).toBe('DF_PAYLOAD_TOO_LARGE');
    expect(await errorCode(flow.signal('r', 'said', large()))).toBe('DF_PAYLOAD_TOO_LARGE');
    await flow.signal('r', 'said', large(100));
    expect(await run.result()).toBe(large(100));
  });

  it('counted in bytes, and not in characters', async () => {
    const { flow } = await started('short');
    expect(await errorCode(flow.start(Any, 'ü'.repeat(limit / 2)))).toBe('DF_PAYLOAD_TOO_LARGE');
    expect(await (await flow.start(Any, 'ü'.repeat(limit / 2 - 10))).result()).toBe(limit / 2 - 10);
  });

  it('but not one that takes just as much as is allowed', async () => {
    const { flow } = await started('short');
    const quotes = JSON.stringify(['']).length;
    expect(await (await flow.start(Any, 'u'.repeat(limit - quotes))).result()).toBe(limit - quotes);
    expect(await errorCode(flow.start(Any, 'u'.repeat(limit - quotes + 1)))).toBe('DF_PAYLOAD_TOO_LARGE');
  });

  it('unless the limit is raised', async () => {
    const { run } = await started('result', Infinity);
    expect(await run.result()).toEqual({ text: large() });
  });
});

it('a refusal that is on record stays one under a higher limit, and a record stays under a lower one', async () => {
  @workflow({ name: 'payload/parked' })
  class Parked {
    async run(): Promise<string> {
      const taken = await this.take(large()).catch((error: Error) => error.name);
      return `${taken} ${await signal(z.string(), 'on')}`;
    }

    @step()
    async take(text: string) {
      return `took ${text.length}`;
    }
  }
  for (const [first, second, outcome] of [
    [limit, Infinity, 'DurableFlowError on'],
    [Infinity, limit, `took ${limit} on`],
  ] as const) {
    const store = memoryStore();
    const before = await DurableFlow.open(keptOpen(store), { maxPayloadBytes: first });
    before.register(Parked, () => new Parked());
    expect((await (await before.start(Parked, undefined, { id: 'r' })).settled()).status).toBe('waiting');
    await before.close();
    const after = await openFlow(keptOpen(store), { maxPayloadBytes: second });
    after.register(Parked, () => new Parked());
    await after.signal('r', 'on', 'on');
    expect(await after.run('r').result()).toBe(outcome);
  }
});

it.each([0, -1, NaN, '1MB', '5'])('maxPayloadBytes cannot be %s', async (maxPayloadBytes) => {
  expect(await errorCode(DurableFlow.open(':memory:', { maxPayloadBytes: maxPayloadBytes as number }))).toBe('DF_INVALID_INPUT');
});
