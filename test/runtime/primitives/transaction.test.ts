import {
  DurableFlowError,
  FatalError,
  sideEffect,
  sleep,
  step,
  transaction,
  workflow,
  type DurableFlow,
  type SqlDatabase,
  type Store,
} from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../../fixtures/deferred.js';
import { eventually, turns } from '../../fixtures/eventually.js';
import { ManualClock } from '../../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../../fixtures/open-flow.js';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { stage, virtualFlow } from '../../fixtures/virtual-flow.js';
import { keptOpen, wrappedStore } from '../../fixtures/wrapped-store.js';

let body: (attempt: number) => Promise<unknown>;
let attempts = 0;

@workflow({ name: 'transaction' })
class Booked {
  async run() {
    const value = await this.book();
    await sleep('1h');
    return value;
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 1 } })
  async book() {
    return body(++attempts);
  }
}

const add = (n: number) => (db: SqlDatabase) => {
  db.prepare('CREATE TABLE IF NOT EXISTS bookings (n INTEGER)').run();
  db.prepare('INSERT INTO bookings VALUES (?)').run(n);
  return (db.prepare('SELECT count(*) AS n FROM bookings').get() as { n: number }).n;
};

/** The author's rows, as a run of its own reads them. */
async function bookings(flow: DurableFlow): Promise<number[]> {
  @workflow({ name: 'transaction/read' })
  class Read {
    run() {
      return this.rows();
    }

    @step()
    async rows() {
      return transaction((db) => {
        const exists = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'bookings'`).get();
        return exists ? (db.prepare('SELECT n FROM bookings').all() as { n: number }[]).map(({ n }) => n) : [];
      });
    }
  }
  flow.register(Read, () => new Read());
  return (await flow.start(Read)).result();
}

beforeEach(() => {
  attempts = 0;
});

describe('transaction', () => {
  it('commits with the record, whose value it is, and is not made again on replay', async () => {
    body = () => transaction(add(7));
    const { flow, clock } = await virtualFlow(Booked);
    const run = await flow.start(Booked);
    expect(await clock.until(run.result())).toBe(1);
    expect(await bookings(flow)).toEqual([7]);
    expect(attempts).toBe(1);
  });

  it('that throws keeps nothing, and the attempt is made again', async () => {
    body = (attempt) =>
      transaction((db) => {
        add(attempt)(db);
        if (attempt === 1) throw new Error('not now');
        return 'ok';
      });
    const { flow, clock } = await virtualFlow(Booked);
    expect(await clock.until((await flow.start(Booked)).result())).toBe('ok');
    expect(await bookings(flow)).toEqual([2]);
  });

  it('whose value cannot be encoded keeps nothing', async () => {
    body = () => transaction((db) => (add(1)(db), () => 'a function'));
    const { flow } = await virtualFlow(Booked);
    expect(await errorCode((await flow.start(Booked)).result())).toBe('DF_UNSERIALISABLE');
    expect(await bookings(flow)).toEqual([]);
  });

  it('is for work that does not wait', async () => {
    body = () => transaction(async (db) => add(1)(db));
    const { flow } = await virtualFlow(Booked);
    expect(await errorCode((await flow.start(Booked)).result())).toBe('DF_UNSERIALISABLE');
    expect(await bookings(flow)).toEqual([]);
  });

  it('stands, whatever the body does after it', async () => {
    body = async () => {
      await transaction(add(1));
      throw new Error('too late');
    };
    const { flow, clock } = await virtualFlow(Booked);
    expect(await clock.until((await flow.start(Booked)).result())).toBe(1);
    expect(attempts).toBe(1);
    expect(await bookings(flow)).toEqual([1]);
  });

  it('happens even if nobody awaits it, and is the record', async () => {
    body = async () => {
      void transaction(add(1));
      return 'something else';
    };
    const { flow, clock } = await virtualFlow(Booked);
    const run = await flow.start(Booked);
    expect(await clock.until(run.result())).toBe(1);
    expect(flow.show(run.id).steps.map(({ call }) => call)).toEqual([0, 1]);
  });

  it.each(['one after the other', 'side by side'])('twice in one body is refused the second time: %s', async (how) => {
    const refused: unknown[] = [];
    body = async () => {
      const first = transaction(add(1));
      if (how === 'one after the other') await first;
      refused.push(await errorCode(transaction(add(2))));
      return first;
    };
    const { flow, clock } = await virtualFlow(Booked);
    const run = await flow.start(Booked);
    expect(await clock.until(run.result())).toBe(1);
    expect(refused).toEqual(['DF_INVALID_INPUT']);
    expect(await bookings(flow)).toEqual([1]);
    expect(flow.show(run.id).steps).toHaveLength(2);
  });

  it.each(['returned', 'thrown'])('called when its body has %s is refused, and keeps nothing', async (how) => {
    const refused = deferred<string>();
    body = async () => {
      setImmediate(() => void errorCode(transaction(add(1))).then(refused.resolve));
      if (how === 'thrown') throw new FatalError('no');
      return 'done';
    };
    const { flow } = await virtualFlow(Booked);
    await flow.start(Booked);
    expect(await refused.promise).toBe('DF_INVALID_INPUT');
    expect(await bookings(flow)).toEqual([]);
  });

  it('may be tried again in one body if the first one was not kept', async () => {
    body = async () => {
      await rejection(transaction((db) => (add(1)(db), db.prepare('nonsense').run())));
      return transaction(add(2));
    };
    const { flow, clock } = await virtualFlow(Booked);
    await clock.until((await flow.start(Booked)).result());
    expect(await bookings(flow)).toEqual([2]);
  });

  it('of an attempt that was given up is refused', async () => {
    const late = deferred();
    const refused: Promise<unknown>[] = [];
    @workflow({ name: 'transaction/late' })
    class Late {
      async run() {
        await this.book();
        await sleep('1h');
      }

      @step({ timeout: '10s', retry: { maxAttempts: 2, initialDelay: 1 } })
      async book() {
        if (++attempts > 1) return transaction(add(attempts));
        await late.promise;
        const commit = transaction(add(1));
        refused.push(rejection(commit));
        return commit;
      }
    }
    const clock = new ManualClock();
    const flow = await openFlow(':memory:', { clock });
    flow.register(Late, () => new Late());
    const run = await flow.start(Late);
    await eventually(() => attempts === 1);
    clock.advance(10_000);
    await eventually(() => clock.pending > 0 && (clock.advance(1), attempts === 2));
    late.resolve();
    await run.settled();
    expect(await refused[0]).toMatchObject({ code: 'DF_STEP_TIMEOUT' });
    expect(await bookings(flow)).toEqual([2]);
    expect(flow.show(run.id).steps).toHaveLength(1);
  });

  it('outside the body of a @step has a code', async () => {
    expect(await errorCode(transaction(() => 1))).toBe('DF_OUTSIDE_RUN');
    @workflow({ name: 'transaction/effect' })
    class Effect {
      run() {
        return this.send();
      }

      @sideEffect({ idempotencyKey: () => 'k', retry: { maxAttempts: 1 }, reconcile: 'find' })
      async send() {
        return transaction(() => 1);
      }

      async find() {
        return undefined;
      }
    }
    const { flow } = await virtualFlow(Effect);
    expect(await errorCode((await flow.start(Effect)).result())).toBe('DF_OUTSIDE_RUN');
  });
});

describe('a transaction and the death of its process', () => {
  /** The store of a process that dies at this point of the transaction. */
  const dying = (inner: Store, when: 'before' | 'after', died: () => void) =>
    wrappedStore(inner, {
      transact: async (next, ...args) => {
        if (when === 'after') await (next as Store['transact'])(...args);
        died();
        return new Promise<never>(() => {});
      },
    });

  it.each(['before', 'after'] as const)('%s the commit: both are there, or neither', async (when) => {
    body = () => transaction(add(1));
    const inner = memoryStore();
    const died = deferred();
    const first = await stage(keptOpen(dying(inner, when, died.resolve))).open([Booked]);
    await first.start(Booked, undefined, { id: 'r' });
    await died.promise;
    await first.close({ grace: 0 });
    const { open, clock } = stage(inner);
    const second = await open([Booked]);
    expect(await clock.until(second.run('r').result())).toBe(1);
    expect(await bookings(second)).toEqual([1]);
    expect(attempts).toBe(when === 'before' ? 2 : 1);
  });

  it('that has lost its run keeps nothing', async () => {
    const inner = memoryStore();
    const going = deferred();
    body = async (attempt) => {
      if (attempt === 1) await going.promise;
      return transaction(add(attempt));
    };
    const fenced = await stage(inner).open([Booked]);
    const run = await fenced.start(Booked, undefined, { id: 'r' });
    await eventually(() => attempts === 1);
    // Another process takes the run over, because this one seems to be dead.
    const owner = inner.run('r')!.owner!;
    await inner.leave(owner);
    await inner.join({ id: 'other', host: 'h', pid: 1, processStart: '', expiresAt: Number.MAX_SAFE_INTEGER });
    const claim = await inner.claim('r', 'other', Date.UTC(2030, 0, 1));
    expect(claim).toBeDefined();
    going.resolve();
    await turns(20);
    await inner.release(claim!.lease, Date.UTC(2030, 0, 1));
    await fenced.close();
    expect(inner.journal('r')).toEqual([]);
    const { open, clock } = stage(inner);
    const flow = await open([Booked]);
    await clock.until(flow.run(run.id).result());
    expect(await bookings(flow)).toEqual([2]);
  });

  it('does not take others with it when its commit fails', async () => {
    body = () => transaction(add(1));
    const inner = memoryStore();
    let failures = 1;
    const store = wrappedStore(keptOpen(inner), {
      transact: (next, ...args) =>
        failures-- > 0
          ? Promise.reject(new DurableFlowError('DF_STORE_FULL', 'the disk is full'))
          : ((next as Store['transact'])(...args) as never),
    });
    const flow = await stage(store).open([Booked]);
    const run = await flow.start(Booked, undefined, { id: 'r' });
    expect(await errorCode(run.result())).toBe('DF_STORE_FULL');
    expect(run.view().status).not.toBe('failed');
  });
});
