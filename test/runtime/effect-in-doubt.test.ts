import { effectKey, sideEffect, workflow, type Doubt, type SqliteStore, type Store, type TelemetryEvent } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../fixtures/deferred.js';
import { eventually } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

/** The outside world: an endpoint that books under a key, and forgets nothing. */
const bookings = new Map<string, string>();
let requests = 0;
let lookups: string[] = [];
let lookup: (key: string) => string | undefined;
let afterBooking: () => void | Promise<void>;

async function book(): Promise<string> {
  requests++;
  const known = bookings.get(effectKey());
  const value = known ?? `booking ${bookings.size + 1}`;
  bookings.set(effectKey(), value);
  await afterBooking();
  return value;
}

@workflow({ name: 'in-doubt/reconciling' })
class Reconciling {
  run(seat: string) {
    return this.book(seat);
  }

  @sideEffect({ idempotencyKey: (seat) => `book:${seat}`, reconcile: 'findBooking', retry: { maxAttempts: 2, initialDelay: 0 } })
  async book(_seat: string) {
    return book();
  }

  async findBooking(seat: string) {
    lookups.push(`${seat} ${effectKey()}`);
    return lookup(effectKey());
  }
}

@workflow({ name: 'in-doubt/asking' })
class Asking {
  run(seat: string) {
    return this.book(seat);
  }

  @sideEffect({ idempotencyKey: (seat) => `book:${seat}` })
  async book(_seat: string) {
    return book();
  }
}

@workflow({ name: 'in-doubt/retrying' })
class Retrying {
  run(seat: string) {
    return this.book(seat);
  }

  @sideEffect({ idempotencyKey: (seat) => `book:${seat}`, onInDoubt: 'retry', retry: { maxAttempts: 3, initialDelay: 0 } })
  async book(_seat: string) {
    return book();
  }
}

type Class = typeof Reconciling | typeof Asking | typeof Retrying;

beforeEach(() => {
  bookings.clear();
  requests = 0;
  lookups = [];
  lookup = (key) => bookings.get(key);
  afterBooking = () => {};
});

async function openWith(store: Store, Class: Class, telemetry?: (event: TelemetryEvent) => void) {
  const flow = await openFlow(keptOpen(store), { ...(telemetry && { telemetry }) });
  flow.register(Class as typeof Asking, () => new Class() as Asking);
  return flow;
}

/** A run whose process died in its effect: before (or after) the outside world heard of it, and before the receipt. */
async function crashed(Class: Class, { booked }: { booked: boolean }): Promise<SqliteStore> {
  const store = memoryStore();
  const hanging = deferred();
  const inBody = deferred();
  afterBooking = () => {
    if (!booked) bookings.clear();
    inBody.resolve();
    return hanging.promise;
  };
  const flow = await openWith(store, Class);
  await flow.start(Class as typeof Asking, 'A1', { id: 'r' });
  await inBody.promise;
  await flow.close({ grace: 0 });
  expect(store.effects('r')[0]!.state).toBe('intended');
  afterBooking = () => {};
  requests = 0;
  return store;
}

describe('an effect whose process died before the receipt', () => {
  it('is adopted if reconcile finds it: nothing is sent again', async () => {
    const events: TelemetryEvent[] = [];
    const store = await crashed(Reconciling, { booked: true });
    const flow = await openWith(store, Reconciling, (event) => void events.push(event));
    expect(await flow.run('r').result()).toBe('booking 1');
    expect(requests).toBe(0);
    expect(lookups).toEqual(['A1 book:A1']);
    expect(flow.show('r').effects[0]!.state).toBe('done');
    expect(events.find(({ event }) => event === 'effect.settled')).toMatchObject({ happened: true, source: 'reconcile', key: 'book:A1' });
  });

  it('would be made twice if the intent were forgotten: the protection is the intent', async () => {
    const store = await crashed(Reconciling, { booked: true });
    const forgetful = wrappedStore(store, {
      claim: async (next, ...args) => {
        const claim = await next(...args);
        return claim && { ...claim, effects: [] };
      },
    });
    const flow = await openWith(forgetful, Reconciling);
    await flow.run('r').result();
    expect(requests).toBe(1);
  });

  it('is made if reconcile finds that it has not happened', async () => {
    const store = await crashed(Reconciling, { booked: false });
    const flow = await openWith(store, Reconciling);
    expect(await flow.run('r').result()).toBe('booking 1');
    expect(requests).toBe(1);
  });

  it('waits for an operator if reconcile cannot tell', async () => {
    const store = await crashed(Reconciling, { booked: true });
    lookup = () => {
      throw new Error('the search is down');
    };
    const flow = await openWith(store, Reconciling);
    expect((await flow.run('r').settled()).status).toBe('in_doubt');
    expect(lookups).toHaveLength(2);
    expect(requests).toBe(0);
  });

  it('is sent again under its key with onInDoubt: retry, and the endpoint answers as before', async () => {
    const store = await crashed(Retrying, { booked: true });
    const flow = await openWith(store, Retrying);
    expect(await flow.run('r').result()).toBe('booking 1');
    expect(requests).toBe(1);
    expect(bookings.size).toBe(1);
  });

  it('waits for an operator by default; nothing is sent again, however often it is resumed', async () => {
    const store = await crashed(Asking, { booked: true });
    for (let process = 0; process < 3; process++) {
      const flow = await openWith(store, Asking);
      await flow.resume('r');
      expect((await flow.run('r').settled()).status).toBe('in_doubt');
      await flow.close();
    }
    expect(requests).toBe(0);
  });
});

describe('an operator', () => {
  it('who says that it has happened gives its value', async () => {
    const events: TelemetryEvent[] = [];
    const store = await crashed(Asking, { booked: true });
    const flow = await openWith(store, Asking, (event) => void events.push(event));
    const run = flow.run('r');
    await run.settled();
    await flow.resolve('r', 0, { happened: true, value: 'by hand', by: 'ann' });
    expect(await run.result()).toBe('by hand');
    expect(requests).toBe(0);
    expect(flow.show('r').effects[0]).toMatchObject({ state: 'done', resolvedBy: 'ann' });
    expect(events.find(({ event }) => event === 'effect.settled')).toMatchObject({ happened: true, source: 'operator' });
  });

  it('who says that it has not happened lets it be made', async () => {
    const store = await crashed(Asking, { booked: false });
    const flow = await openWith(store, Asking);
    const run = flow.run('r');
    await run.settled();
    await flow.resolve('r', 0, { happened: false, by: 'ann' });
    expect(await run.result()).toBe('booking 1');
    expect(requests).toBe(1);
    expect(flow.show('r').effects[0]!.state).toBe('done');
  });

  it('may be asked again, if it fails again', async () => {
    const flow = await openWith(memoryStore(), Asking);
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    const run = await flow.start(Asking, 'A1', { id: 'r' });
    for (let round = 1; round <= 2; round++) {
      expect((await run.settled()).status).toBe('in_doubt');
      expect(requests).toBe(round);
      if (round === 2) afterBooking = () => {};
      await flow.resolve('r', 0, { happened: false, by: 'ann' });
      await eventually(() => requests > round);
    }
    expect(await run.result()).toBe('booking 1');
  });

  it('whose word comes late says nothing of a doubt that came after it', async () => {
    const flow = await openWith(memoryStore(), Asking);
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    const run = await flow.start(Asking, 'A1', { id: 'r' });
    await run.settled();
    const [{ intendedAt }] = flow.doubts() as [Doubt];
    await new Promise((resolve) => setTimeout(resolve, 2));
    await flow.resolve('r', 0, { happened: false, by: 'ann', intendedAt });
    await eventually(() => requests === 2 && flow.doubts().length === 1);
    expect(await errorCode(flow.resolve('r', 0, { happened: false, by: 'bob', intendedAt }))).toBe('DF_EFFECT_UNKNOWN');
    await flow.resolve('r', 0, { happened: true, by: 'bob', intendedAt: flow.doubts()[0]!.intendedAt });
    await run.result();
    expect(requests).toBe(2);
  });

  it('cannot resolve what is not in doubt', async () => {
    const store = await crashed(Asking, { booked: true });
    const flow = await openWith(store, Asking);
    await flow.run('r').settled();
    expect(await errorCode(flow.resolve('r', 1, { happened: true, by: 'ann' }))).toBe('DF_EFFECT_UNKNOWN');
    expect(await errorCode(flow.resolve('nobody', 0, { happened: true, by: 'ann' }))).toBe('DF_UNKNOWN_RUN');
    expect(await errorCode(flow.resolve('r', 0, { happened: true, value: () => 1, by: 'ann' }))).toBe('DF_UNSERIALISABLE');
    await flow.resolve('r', 0, { happened: true, by: 'ann' });
    expect(await flow.run('r').result()).toBeUndefined();
    expect(await errorCode(flow.resolve('r', 0, { happened: false, by: 'bob' }))).toBe('DF_EFFECT_UNKNOWN');
  });
});

describe('an attempt that ends in doubt while the process lives', () => {
  it('is in doubt for an error that is its own cause as for any other', async () => {
    const flow = await openWith(memoryStore(), Asking);
    afterBooking = () => {
      const error = new Error('socket hang up');
      throw Object.assign(error, { cause: error });
    };
    expect((await (await flow.start(Asking, 'A1')).settled()).status).toBe('in_doubt');
  });

  it('tells of each attempt that failed, and of what comes next', async () => {
    const events: TelemetryEvent[] = [];
    const flow = await openWith(memoryStore(), Reconciling, (event) => void events.push(event));
    lookup = () => undefined;
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    await (await flow.start(Reconciling as never as typeof Asking, 'A1', { id: 'r' })).settled();
    expect(events.filter(({ event }) => event === 'attempt.failed')).toMatchObject([
      { call: 0, method: 'book', attempt: 1, error: 'Error: socket hang up', retryInMs: expect.any(Number) as number },
      { call: 0, method: 'book', attempt: 2, error: 'Error: socket hang up', retryInMs: undefined },
    ]);
  });

  it('is adopted by reconcile', async () => {
    const flow = await openWith(memoryStore(), Reconciling);
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    expect(await (await flow.start(Reconciling as never as typeof Asking, 'A1')).result()).toBe('booking 1');
    expect(requests).toBe(1);
  });

  it('fails for good if reconcile says each time that it has not happened', async () => {
    const flow = await openWith(memoryStore(), Reconciling);
    lookup = () => undefined;
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    const run = await flow.start(Reconciling as never as typeof Asking, 'A1', { id: 'r' });
    expect(await rejection(run.result())).toMatchObject({ message: 'socket hang up' });
    expect(requests).toBe(2);
    expect(flow.show('r').effects[0]!.state).toBe('failed');
  });

  it('has not happened either if reconcile gives null', async () => {
    const flow = await openWith(memoryStore(), Reconciling);
    lookup = () => null as never;
    afterBooking = () => {
      if (requests === 1) throw new Error('socket hang up');
    };
    expect(await (await flow.start(Reconciling as never as typeof Asking, 'A1')).result()).toBe('booking 1');
    expect(requests).toBe(2);
  });

  it('is tried again with onInDoubt: retry, and asks the operator once the attempts are used up', async () => {
    const flow = await openWith(memoryStore(), Retrying);
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    const run = await flow.start(Retrying as never as typeof Asking, 'A1');
    expect((await run.settled()).status).toBe('in_doubt');
    expect(requests).toBe(3);
    expect(bookings.size).toBe(1);
  });

  it('may be reconciled by a method that is a step in its own right', async () => {
    const { step } = await import('durableflow');
    @workflow({ name: 'in-doubt/step-reconciles' })
    class StepReconciles {
      async run(seat: string) {
        return (await this.find(seat)) ?? this.book(seat);
      }

      @sideEffect({ idempotencyKey: (seat) => `book:${seat}`, reconcile: 'find' })
      async book(_seat: string) {
        return book();
      }

      @step()
      async find(seat: string) {
        return bookings.get(`book:${seat}`);
      }
    }
    afterBooking = () => {
      throw new Error('socket hang up');
    };
    const flow = await openFlow();
    flow.register(StepReconciles, () => new StepReconciles());
    const run = await flow.start(StepReconciles, 'A1');
    expect((await run.settled()).status).toBe('completed');
    expect(requests).toBe(1);
  });
});
