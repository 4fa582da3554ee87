import { join } from 'node:path';
import type { DurableFlow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { Counter, Refund } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

const hostile = 'mail\u001b[2J\u202e';

/** Counters in a queue with every kind of limit, and refunds in one without. */
function withQueues(flow: DurableFlow): void {
  const queue = { concurrency: 4, rate: { max: 10, per: '1m' }, key: () => 'k', perKey: { concurrency: 1 } } as const;
  flow.register(Counter, () => new Counter(), { queue }).register(Refund, () => new Refund(), { queue: { name: hostile } });
}

async function filled(): Promise<string> {
  const file = await database(join(await temporaryFolder(), 'app.db'), async (flow) => {
    withQueues(flow);
    await (await flow.start(Refund, { customer: 'c', cents: 1 }, { id: 'gate' })).settled();
    await flow.schedule(Counter, { id: 'nightly', cron: '0 3 * * *', timezone: 'Europe/Oslo' }, { to: 3 });
    await flow.schedule(Counter, { id: hostile, cron: '0 0 1 1 *' }, { to: 1 });
  });
  return database(
    file,
    async (flow) => {
      withQueues(flow);
      await flow.start(Counter, { to: 1 }, { id: 'a' });
      await flow.start(Counter, { to: 1 }, { id: 'b' });
    },
    executesNothing,
  );
}

describe('queue', () => {
  it('lists the queues with their runs and limits', async () => {
    const file = await filled();
    const { out, exit } = await call(['--db', file, 'queue']);
    expect(exit).toBe(0);
    expect(out).toMatch(/^queue +pending +running +waiting +limits$/m);
    expect(out).toMatch(/^counter +2 +0 +0 +4 at once, 10 in 1 min, 1 at once per key$/m);
    expect(out).toMatch(/^mail\\x1b\[2J\\u202e +0 +0 +1 +none$/m);
    const { data } = await callJson(['--db', file, 'queue']);
    expect(data).toEqual({
      queues: [
        {
          name: 'counter',
          pending: 2,
          running: 0,
          waiting: 0,
          all: { concurrency: 4, rate: { max: 10, per: 60_000 } },
          perKey: { concurrency: 1, rate: null },
        },
        {
          name: hostile,
          pending: 0,
          running: 0,
          waiting: 1,
          all: { concurrency: null, rate: null },
          perKey: { concurrency: null, rate: null },
        },
      ],
    });
  });

  it('lists one whose runs have all ended, and says so if there is none', async () => {
    const file = await filled();
    await call(['--db', file, 'cancel', 'gate']);
    expect((await callJson<{ queues: unknown[] }>(['--db', file, 'queue'])).data.queues).toHaveLength(2);
    const empty = await database(join(await temporaryFolder(), 'empty.db'), async () => {});
    expect(await call(['--db', empty, 'queue'])).toEqual({ out: 'There are no queues in this database.\n', err: '', exit: 0 });
  });
});

describe('schedules', () => {
  it('lists what starts by itself, with its next start and input', async () => {
    const file = await filled();
    const { out, exit } = await call(['--db', file, 'schedules']);
    expect(exit).toBe(0);
    expect(out).toMatch(/^nightly +counter v1 +0 3 \* \* \* \(Europe\/Oslo\) +\d{4}-\d\d-\d\d \d\d:00:00Z \(in .*\) +\{ to: 3 \}$/m);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u001b\u202e]/);
    const { data } = await callJson<{ schedules: unknown[] }>(['--db', file, 'schedules']);
    const nextAt = expect.stringMatching(/^\d{4}-.*:00\.000Z$/) as string;
    expect(data.schedules).toEqual([
      { id: hostile, workflow: 'counter', version: '1', cron: '0 0 1 1 *', timezone: null, input: { to: 1 }, nextAt },
      { id: 'nightly', workflow: 'counter', version: '1', cron: '0 3 * * *', timezone: 'Europe/Oslo', input: { to: 3 }, nextAt },
    ]);
  });

  it('says so if there is none', async () => {
    const empty = await database(join(await temporaryFolder(), 'empty.db'), async () => {});
    expect((await call(['--db', empty, 'schedules'])).out).toBe('There are no schedules in this database.\n');
  });
});
