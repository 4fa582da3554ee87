import { signal, sleep, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deferred } from '../../fixtures/deferred.js';
import { eventually } from '../../fixtures/eventually.js';
import { errorCode } from '../../fixtures/rejection.js';
import { stage, virtualFlow } from '../../fixtures/virtual-flow.js';

let hold = deferred();

@workflow({ name: 'signal/inbox' })
class Inbox {
  async run({ count, first = false, timeout }: { count: number; first?: boolean; timeout?: '1h' }) {
    if (first) await this.work();
    const got: number[] = [];
    for (let i = 0; i < count; i++) got.push((await signal(z.object({ n: z.number() }), 'message', timeout ? { timeout } : {})).n);
    return got;
  }

  @step()
  async work() {
    await hold.promise;
  }
}

async function inbox(input: { count: number; first?: boolean; timeout?: '1h' }) {
  const it = await virtualFlow(Inbox);
  const run = await it.flow.start(Inbox, input, { id: 'r' });
  if (!input.first) await run.settled();
  const send = (n: unknown, dedupeId?: string) => it.flow.signal('r', 'message', { n }, dedupeId === undefined ? {} : { dedupeId });
  return { ...it, run, send };
}

describe('signal', () => {
  it('waits, with nothing in memory, until the message comes', async () => {
    const { run, send, flow } = await inbox({ count: 1 });
    expect(run.view()).toMatchObject({ status: 'waiting', wakeAt: undefined });
    expect(flow.show('r').waits).toMatchObject([{ call: 0, name: 'signal:message', wakeAt: undefined }]);
    expect(await send(1)).toBe(true);
    expect(await run.result()).toEqual([1]);
    expect(flow.show('r')).toMatchObject({ waits: [], signals: [{ name: 'message', state: 'taken', payload: { n: 1 } }] });
  });

  it('takes what was sent before it waited, in the order of sending, each once', async () => {
    hold = deferred();
    const { run, send } = await inbox({ count: 3, first: true });
    await send(1);
    await send(2);
    await send(3);
    hold.resolve();
    expect(await run.result()).toEqual([1, 2, 3]);
  });

  it('takes what is sent while the run is in memory', async () => {
    hold = deferred();
    @workflow({ name: 'signal/busy' })
    class Busy {
      run() {
        return Promise.all([this.work(), signal(z.string(), 'go')]);
      }

      @step()
      async work() {
        await hold.promise;
      }
    }
    const { flow } = await virtualFlow(Busy);
    const run = await flow.start(Busy);
    await eventually(() => flow.show(run.id).waits.length === 1);
    await flow.signal(run.id, 'go', 'now');
    await eventually(() => flow.show(run.id).signals[0]?.state === 'taken');
    expect(run.view()).toMatchObject({ status: 'running', claims: 1 });
    hold.resolve();
    expect(await run.result()).toEqual([undefined, 'now']);
  });

  it('sent while nobody has the class registered is kept', async () => {
    const { open } = stage();
    const first = await open([Inbox]);
    const run = await first.start(Inbox, { count: 2 }, { id: 'r' });
    await run.settled();
    await first.close();
    const sender = await open();
    await sender.signal('r', 'message', { n: 1 });
    await sender.signal('r', 'message', { n: 2 });
    expect(await (await open([Inbox])).run('r').result()).toEqual([1, 2]);
  });

  it('is ignored if one of its dedupeId was sent before, taken or not', async () => {
    const { run, send } = await inbox({ count: 2 });
    expect(await send(1, 'a')).toBe(true);
    expect(await send(1, 'a')).toBe(false);
    await eventually(() => run.view().status === 'waiting');
    expect(await send(1, 'a')).toBe(false);
    expect(run.view().status).toBe('waiting');
    expect(await send(2, 'b')).toBe(true);
    expect(await run.result()).toEqual([1, 2]);
  });

  it('with a payload that the schema refuses is set aside, and the wait goes on', async () => {
    const { run, send, flow, events } = await inbox({ count: 1 });
    await send('not a number');
    await eventually(() => flow.show('r').signals[0]?.state === 'refused' && run.view().status === 'waiting');
    expect(events.filter(({ event }) => event === 'signal.refused')).toMatchObject([{ run: 'r', name: 'message', call: 0 }]);
    await send(2);
    expect(await run.result()).toEqual([2]);
    expect(flow.show('r').signals.map(({ state }) => state)).toEqual(['refused', 'taken']);
  });

  it('gives what the schema makes of the payload, on every replay', async () => {
    @workflow({ name: 'signal/coerced' })
    class Coerced {
      async run() {
        const date = await signal(z.coerce.date(), 'when');
        await sleep('1h');
        return date;
      }
    }
    const { flow, clock } = await virtualFlow(Coerced);
    const run = await flow.start(Coerced);
    await flow.signal(run.id, 'when', '2030-05-06');
    expect(await clock.until(run.result())).toEqual(new Date('2030-05-06'));
  });

  it('throws after its timeout, which goes on while no process is there', async () => {
    const { open, clock } = stage();
    const first = await open([Inbox]);
    await (await first.start(Inbox, { count: 1, timeout: '1h' }, { id: 'r' })).settled();
    await first.close();
    await clock.advance('59m');
    const run = (await open([Inbox])).run('r');
    expect(run.view().status).toBe('waiting');
    await clock.advance('1m');
    expect(await errorCode(run.result())).toBe('DF_SIGNAL_TIMEOUT');
  });

  it('that comes at the very moment of the timeout is taken', async () => {
    const { open, clock } = stage();
    const first = await open([Inbox]);
    await (await first.start(Inbox, { count: 1, timeout: '1h' }, { id: 'r' })).settled();
    await first.close();
    await clock.advance('1h');
    await (await open()).signal('r', 'message', { n: 1 });
    expect(await (await open([Inbox])).run('r').result()).toEqual([1]);
  });

  it('has a timeout for each wait', async () => {
    const { run, send, clock } = await inbox({ count: 2, timeout: '1h' });
    await clock.advance('50m');
    await send(1);
    await eventually(() => run.view().status === 'waiting');
    await clock.advance('50m');
    await send(2);
    expect(await run.result()).toEqual([1, 2]);
  });

  it.each(['in memory', 'parked'])('goes to the waits of one name in the order in which they were asked for: %s', async (where) => {
    hold = deferred();
    if (where === 'parked') hold.resolve();
    @workflow({ name: 'signal/fifo' })
    class Fifo {
      run() {
        const wait = async (label: string) => `${label}${await signal(z.number(), 'n')}`;
        return Promise.all([wait('a'), wait('b'), wait('c'), this.work()]);
      }

      @step()
      async work() {
        await hold.promise;
      }
    }
    const { flow } = await virtualFlow(Fifo);
    const run = await flow.start(Fifo);
    await eventually(() => flow.show(run.id).waits.length === 3 && (where === 'in memory' || run.view().status === 'waiting'));
    // A refused payload must not send the first wait to the end of the line.
    for (const payload of ['refused', 1, 'refused', 2, 3]) {
      await flow.signal(run.id, 'n', payload);
      await eventually(() => flow.show(run.id).signals.every(({ state }) => state !== 'pending'));
      if (where === 'parked' && payload !== 3) await eventually(() => run.view().status === 'waiting');
    }
    hold.resolve();
    expect(await run.result()).toEqual(['a1', 'b2', 'c3', undefined]);
  });

  it('several at once each go to a wait of their own', async () => {
    const { run, flow } = await inbox({ count: 20 });
    await Promise.all(Array.from({ length: 20 }, (_, n) => flow.signal('r', 'message', { n })));
    expect(await run.result()).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('of another name does not wake the run', async () => {
    const { run, flow } = await inbox({ count: 1 });
    await flow.signal('r', 'something else', { n: 1 });
    await flow.recover();
    expect(run.view()).toMatchObject({ status: 'waiting', claims: 1 });
  });

  it('that cannot be sent has a code', async () => {
    const { flow, run, send } = await inbox({ count: 1 });
    expect(await errorCode(flow.signal('r', '', 1))).toBe('DF_SIGNAL_INVALID');
    expect(await errorCode(flow.signal('r', undefined as never, 1))).toBe('DF_SIGNAL_INVALID');
    expect(await errorCode(flow.signal('r', 'message', () => {}))).toBe('DF_UNSERIALISABLE');
    expect(await errorCode(flow.signal('r', 'message', { n: 1 }, { dedupeId: {} as never }))).toBe('DF_SIGNAL_INVALID');
    expect(await errorCode(flow.signal('nobody', 'message', 1))).toBe('DF_UNKNOWN_RUN');
    await send(1);
    await run.result();
    expect(await errorCode(send(2))).toBe('DF_RUN_ENDED');
  });

  it('waited for outside of run() has a code', async () => {
    expect(await errorCode(() => signal(z.string(), 'x'))).toBe('DF_OUTSIDE_RUN');
    expect(await errorCode(() => signal(z.string(), ''))).toBe('DF_INVALID_INPUT');
  });

  it('accepts any Standard Schema', async () => {
    const even = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (value: unknown) =>
          typeof value === 'number' && value % 2 === 0 ? { value: value / 2 } : { issues: [{ message: 'not even' }] },
      },
    };
    @workflow({ name: 'signal/standard' })
    class Standard {
      run() {
        return signal(even, 'n');
      }
    }
    const { flow } = await virtualFlow(Standard);
    const run = await flow.start(Standard);
    await flow.signal(run.id, 'n', 3);
    await flow.signal(run.id, 'n', 8);
    expect(await run.result()).toBe(4);
  });
});
