import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { FatalError, effectKey, sideEffect, workflow, type Store, type TelemetryEvent } from 'durableflow';
import { z } from 'zod';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

const sent: string[] = [];
let body: (to: string) => Promise<unknown>;

@workflow({ name: 'effect/mail' })
class Mail {
  async run(to: string) {
    return this.send(to);
  }

  @sideEffect({ idempotencyKey: (to) => `mail:${to}`, retry: { maxAttempts: 3, initialDelay: 0 } })
  async send(to: string) {
    return body(to);
  }
}

beforeEach(() => {
  sent.length = 0;
  body = async (to) => {
    sent.push(`${to} ${effectKey()}`);
    return `sent to ${to}`;
  };
});

async function mailFlow(store: Store = memoryStore(), telemetry?: (event: TelemetryEvent) => void) {
  const flow = await openFlow(keptOpen(store), { ...(telemetry && { telemetry }) });
  flow.register(Mail, () => new Mail());
  return flow;
}

/** Whether the intent was on disk when the body ran. */
async function intentWasFirst(replacements: Parameters<typeof wrappedStore>[1]): Promise<boolean> {
  const store = memoryStore();
  let first = false;
  body = async () => {
    first = store.effects('r')[0]?.state === 'intended';
  };
  const flow = await mailFlow(wrappedStore(store, replacements));
  await (await flow.start(Mail, 'ann', { id: 'r' })).result();
  return first;
}

describe('a side effect', () => {
  it('has its intent on disk before its body runs, and a store that skips it is found out', async () => {
    expect(await intentWasFirst({})).toBe(true);
    expect(await intentWasFirst({ intend: async () => ({ kind: 'begun' }) })).toBe(false);
  });

  it('has its receipt in the same write as its record', async () => {
    const store = memoryStore();
    const receipts: unknown[] = [];
    const flow = await mailFlow(
      wrappedStore(store, {
        append: (next, lease, record, receipt) => {
          receipts.push(receipt);
          return next(lease, record, receipt);
        },
      }),
    );
    expect(await (await flow.start(Mail, 'ann', { id: 'r' })).result()).toBe('sent to ann');
    expect(receipts).toHaveLength(1);
    expect(receipts[0]).toBeDefined();
    expect(flow.show('r').effects).toEqual([expect.objectContaining({ call: 0, method: 'send', key: 'mail:ann', state: 'done' })]);
    expect(sent).toEqual(['ann mail:ann']);
  });

  it('that failed for certain is tried again, and its intent is taken back meanwhile', async () => {
    const store = memoryStore();
    const states: unknown[] = [];
    let attempts = 0;
    body = async () => {
      if (++attempts < 3) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return 'at last';
    };
    const flow = await mailFlow(
      wrappedStore(store, {
        withdraw: async (next, ...args) => {
          await next(...args);
          states.push(store.effects('r')[0]!.state);
        },
      }),
    );
    expect(await (await flow.start(Mail, 'ann', { id: 'r' })).result()).toBe('at last');
    expect(states).toEqual(['failed', 'failed']);
    expect(flow.show('r').steps[0]).toMatchObject({ attempts: 3 });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('knows from %s that nothing was sent, as deep as the code may be', async (code) => {
    let attempts = 0;
    body = async () => {
      attempts++;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    };
    const flow = await mailFlow();
    const run = await flow.start(Mail, 'ann');
    expect((await run.settled()).status).toBe('failed');
    expect(await rejection(run.result())).toMatchObject({ message: 'fetch failed', cause: { code } });
    expect(attempts).toBe(3);
  });

  it('is in doubt if an attempt may have happened, though those after it were certainly not sent', async () => {
    @workflow({ name: 'effect/repeated' })
    class Repeated {
      run() {
        return this.send();
      }

      @sideEffect({ idempotencyKey: () => 'k', onInDoubt: 'retry', retry: { maxAttempts: 3, initialDelay: 0 } })
      send() {
        return body('ann');
      }
    }
    let attempts = 0;
    body = async () => {
      throw Object.assign(new Error('no answer'), ++attempts > 1 && { code: 'ECONNREFUSED' });
    };
    const flow = await openFlow(memoryStore());
    flow.register(Repeated, () => new Repeated());
    expect((await (await flow.start(Repeated, undefined, { id: 'r' })).settled()).status).toBe('in_doubt');
    expect(attempts).toBe(3);
    expect(flow.show('r').effects[0]!.state).toBe('intended');
  });

  it('knows it from what fetch itself throws', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    body = () => fetch(`http://127.0.0.1:${port}/`);
    const flow = await mailFlow();
    expect((await (await flow.start(Mail, 'ann')).settled()).status).toBe('failed');
  });

  it('that throws FatalError has not happened: one attempt, no doubt, and its key is free', async () => {
    let attempts = 0;
    body = async () => {
      attempts++;
      throw new FatalError('no such address');
    };
    const flow = await mailFlow();
    const run = await flow.start(Mail, 'ann', { id: 'r' });
    expect(await rejection(run.result())).toBeInstanceOf(FatalError);
    expect(attempts).toBe(1);
    expect(flow.show('r').effects[0]!.state).toBe('failed');
    body = async () => 'sent after all';
    expect(await (await flow.start(Mail, 'ann', { id: 'r2' })).result()).toBe('sent after all');
  });

  it('that throws anything else is in doubt: it may have happened', async () => {
    body = async () => {
      throw new Error('socket hang up');
    };
    const events: TelemetryEvent[] = [];
    const flow = await mailFlow(memoryStore(), (event) => void events.push(event));
    const run = await flow.start(Mail, 'ann', { id: 'r' });
    expect((await run.settled()).status).toBe('in_doubt');
    expect(flow.show('r').effects[0]!.state).toBe('intended');
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['effect.intended', 'effect.in_doubt', 'run.parked']));
  });

  it.each([undefined, '', 42, null])('whose key function returns %s is not begun', async (key) => {
    let begun = 0;
    @workflow({ name: 'effect/keyless' })
    class Keyless {
      run() {
        return this.send();
      }

      @sideEffect({ idempotencyKey: () => key as string })
      async send() {
        begun++;
      }
    }
    const flow = await openFlow();
    flow.register(Keyless, () => new Keyless());
    const run = await flow.start(Keyless, undefined, { id: 'r' });
    expect(await errorCode(run.result())).toBe('DF_EFFECT_KEY_INVALID');
    expect(begun).toBe(0);
    expect(flow.show('r').effects).toEqual([]);
  });

  it('that has happened is never made again, even if its output is refused', async () => {
    let attempts = 0;
    @workflow({ name: 'effect/schema' })
    class Checked {
      run(_n: number) {
        return this.send();
      }

      @sideEffect({ idempotencyKey: () => 'the one', output: z.object({ id: z.string() }), retry: { maxAttempts: 3, initialDelay: 0 } })
      async send() {
        attempts++;
        return { id: 7 };
      }
    }
    const flow = await openFlow();
    flow.register(Checked, () => new Checked());
    const run = await flow.start(Checked, 1, { id: 'r' });
    expect(await rejection(run.result())).toMatchObject({
      code: 'DF_OUTPUT_INVALID',
      message: expect.stringContaining('id:') as string,
      details: { method: 'send', issues: [expect.stringContaining('string')] },
    });
    expect(attempts).toBe(1);
    expect(flow.show('r').effects[0]!.state).toBe('done');
    // Another run with the same key learns that it was done, instead of waiting for ever for its value.
    const other = await flow.start(Checked, 2, { id: 'r2' });
    expect((await other.settled()).status).toBe('failed');
    expect(attempts).toBe(1);
  });
});
