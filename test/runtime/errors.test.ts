import { ApprovalRejected, DurableFlowError, step, workflow, type Store } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

class PaymentDeclined extends Error {
  constructor(
    message: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get isFinal(): boolean {
    return this.code === 'stolen_card';
  }
}

class Unknown extends Error {
  override readonly name = 'Unknown';
  readonly status = 503;
}

const thrown: Record<string, () => unknown> = {
  registered: () => new PaymentDeclined('no', 'stolen_card', { cause: new RangeError('too much', { cause: 'a string' }) }),
  unregistered: () => new Unknown('what'),
  builtIn: () => new TypeError('not a function'),
  engine: () => new DurableFlowError('DF_INVALID_INPUT', 'bad', { details: { at: new Date(0) } }),
  text: () => 'just a text',
  data: () => ({ reason: 1n }),
  nothing: () => undefined,
  live: () => Object.assign(new Error('live'), { socket: () => {}, status: 500 }),
  function: () => () => 1,
};

let seen: unknown[] = [];

@workflow({ name: 'errors' })
class Failing {
  async run(what: string) {
    try {
      await this.fail(what);
    } catch (error) {
      seen.push(error);
    }
    await this.pause();
    throw seen.at(-1);
  }

  @step({ retry: { maxAttempts: 1 } })
  async fail(what: string) {
    throw thrown[what]!();
  }

  @step()
  async pause() {}
}

/** The error as the workflow caught it: live, and replayed in another process. */
async function liveAndReplayed(store: Store, what: string) {
  seen = [];
  const stopped = stoppedAfter(store, 1);
  const first = await openFlow(keptOpen(stopped.store));
  first.register(Failing, () => new Failing(), { errors: [PaymentDeclined] });
  await first.start(Failing, what, { id: 'r' });
  await stopped.happened;
  await first.close({ grace: 0 });
  const second = await openFlow(keptOpen(store));
  second.register(Failing, () => new Failing(), { errors: [PaymentDeclined] });
  const result = await rejection(second.run('r').result());
  expect(seen).toHaveLength(2);
  return { live: seen[0], replayed: seen[1], result };
}

const own = (error: unknown) =>
  error instanceof Error
    ? {
        class: error.constructor,
        name: error.name,
        message: error.message,
        stack: error.stack,
        fields: Object.fromEntries(Object.entries(error)),
        cause: error.cause,
      }
    : error;

describe('errors', () => {
  it.each(Object.keys(thrown))('are the same live and replayed: %s', async (what) => {
    const { live, replayed, result } = await liveAndReplayed(memoryStore(), what);
    expect(own(replayed)).toEqual(own(live));
    expect(own(result)).toEqual(own(live));
  });

  it('of a registered class keep it, with its code, its getters and its chain of causes', async () => {
    const { replayed } = await liveAndReplayed(memoryStore(), 'registered');
    expect(replayed).toBeInstanceOf(PaymentDeclined);
    expect(replayed).toMatchObject({ code: 'stolen_card', isFinal: true, message: 'no' });
    const { cause } = replayed as Error;
    expect(cause).toBeInstanceOf(RangeError);
    expect(cause).toMatchObject({ message: 'too much', cause: 'a string' });
  });

  it('of an unknown class keep their name and fields', async () => {
    const { replayed } = await liveAndReplayed(memoryStore(), 'unregistered');
    expect(replayed).toBeInstanceOf(Error);
    expect(replayed).toMatchObject({ name: 'Unknown', status: 503 });
  });

  it('lose only what cannot be kept', async () => {
    const { replayed } = await liveAndReplayed(memoryStore(), 'live');
    expect(replayed).toMatchObject({ message: 'live', status: 500 });
    expect(replayed).not.toHaveProperty('socket');
  });

  it('that cannot even be looked at do not end the process', async () => {
    @workflow({ name: 'errors/hostile' })
    class Hostile {
      async run() {
        return this.fail();
      }

      @step({ retry: { maxAttempts: 1 } })
      async fail() {
        const error = new Error('hostile');
        Object.defineProperty(error, 'trap', {
          enumerable: true,
          get() {
            throw new Error('do not touch');
          },
        });
        throw error;
      }
    }
    const flow = await openFlow();
    flow.register(Hostile, () => new Hostile());
    const run = await flow.start(Hostile);
    expect(await rejection(run.result())).toBeInstanceOf(Error);
    expect(run.view().status).toBe('failed');
  });

  it('thrown by run() end it as failed, those of a refusal as rejected', async () => {
    @workflow({ name: 'errors/ends' })
    class Ends {
      async run(refused: boolean) {
        throw refused ? new ApprovalRejected('no') : new Error('oops');
      }
    }
    const flow = await openFlow();
    flow.register(Ends, () => new Ends());
    const statuses = await Promise.all([true, false].map(async (it) => (await (await flow.start(Ends, it)).settled()).status));
    expect(statuses).toEqual(['rejected', 'failed']);
  });

  it('of a call that nobody awaits do not end the process', async () => {
    @workflow({ name: 'errors/unawaited' })
    class Unawaited {
      async run() {
        void this.fail();
        return this.succeed();
      }

      @step({ retry: { maxAttempts: 1 } })
      async fail(): Promise<void> {
        throw new Error('unheard');
      }

      @step()
      async succeed() {
        return 'fine';
      }
    }
    const flow = await openFlow();
    flow.register(Unawaited, () => new Unawaited());
    expect(await (await flow.start(Unawaited)).result()).toBe('fine');
  });
});
