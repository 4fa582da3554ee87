import { SqliteStore, VirtualClock, workflow, type TelemetryEvent } from 'durableflow';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { stage } from '../fixtures/virtual-flow.js';

@workflow({ name: 'schedules/report' })
class Report {
  async run(about: string) {
    return `report on ${about}`;
  }
}

const ids = (flow: { runs(query: object): { id: string }[] }) =>
  flow
    .runs({ limit: 1000 })
    .map(({ id }) => id)
    .toReversed();
const hours = (from: number, to: number, name = 's') =>
  Array.from({ length: to - from + 1 }, (_, i) => `${name}@2030-01-01T${String(from + i).padStart(2, '0')}:00:00.000Z`);

async function hourly() {
  const it = stage();
  const flow = await it.open([Report]);
  await flow.schedule(Report, { id: 's', cron: '0 * * * *', timezone: 'UTC' }, 'sales');
  return { ...it, flow };
}

describe('a schedule', () => {
  it('starts a run at each of its moments, with its input', async () => {
    const { flow, clock, events } = await hourly();
    await clock.advance('3h');
    await eventually(() => flow.runs({ status: 'completed' }).length === 3);
    expect(ids(flow)).toEqual(hours(1, 3));
    expect(flow.runs()[0]).toMatchObject({ input: 'sales', output: 'report on sales' });
    expect(events.filter(({ event }) => event === 'schedule.fired')).toHaveLength(3);
    expect(flow.schedules()).toMatchObject([{ id: 's', cron: '0 * * * *', nextAt: Date.UTC(2030, 0, 1, 4) }]);
  });

  it('starts each moment once, with two processes on one file', async () => {
    const file = join(tempFolder(), 'app.db');
    const clocks = [new VirtualClock('2030-01-01T00:00:00Z'), new VirtualClock('2030-01-01T00:00:00Z')];
    const fired: string[] = [];
    const telemetry = ({ event, run }: TelemetryEvent) => {
      if (event === 'schedule.fired') fired.push(run!);
    };
    const flows = await Promise.all(
      clocks.map((clock) =>
        openFlow(new SqliteStore(file, { durability: 'process-crash' }), { clock, telemetry, pollInterval: 2, leaseDuration: '30d' }),
      ),
    );
    for (const flow of flows) {
      flow.register(Report, () => new Report());
      await flow.schedule(Report, { id: 's', cron: '0 * * * *', timezone: 'UTC' }, 'sales');
    }
    for (let hour = 1; hour <= 5; hour++) await Promise.all(clocks.map((clock) => clock.advance('1h')));
    await eventually(() => flows[0]!.runs({ status: 'completed' }).length === 5);
    expect(ids(flows[0]!).sort()).toEqual(hours(1, 5));
    expect(fired.sort()).toEqual(hours(1, 5));
  });

  it('makes up for moments missed while no process was there by one run', async () => {
    const { flow, clock, open } = await hourly();
    await flow.close();
    await clock.advance('5h');
    await clock.advance('30m');
    const second = await open([Report]);
    await eventually(() => second.runs({ status: 'completed' }).length === 1);
    await clock.advance('30m');
    await eventually(() => second.runs({ status: 'completed' }).length === 2);
    expect(ids(second)).toEqual([...hours(1, 1), ...hours(6, 6)]);
  });

  it('follows the time zone, over a change of the clocks', async () => {
    const it = stage();
    await it.clock.advance(Date.UTC(2030, 2, 30) - it.clock.now());
    const flow = await it.open([Report]);
    await flow.schedule(Report, { id: 'oslo', cron: '0 9 * * *', timezone: 'Europe/Oslo' }, 'x');
    await it.clock.advance('3d');
    await eventually(() => flow.runs().length === 3);
    expect(ids(flow)).toEqual(['oslo@2030-03-30T08:00:00.000Z', 'oslo@2030-03-31T07:00:00.000Z', 'oslo@2030-04-01T07:00:00.000Z']);
  });

  it('takes expressions with seconds', async () => {
    const it = stage();
    const flow = await it.open([Report]);
    await flow.schedule(Report, { id: 's', cron: '*/20 * * * * *', timezone: 'UTC' }, 'x');
    await it.clock.advance('1m');
    await eventually(() => flow.runs().length === 3);
  });

  it('defined again does not move its next start; changed, it does', async () => {
    const { flow, clock } = await hourly();
    await clock.advance('59m');
    await flow.schedule(Report, { id: 's', cron: '0 * * * *', timezone: 'UTC' }, 'changed');
    expect(flow.schedules()[0]!.nextAt).toBe(Date.UTC(2030, 0, 1, 1));
    await flow.schedule(Report, { id: 's', cron: '30 * * * *', timezone: 'UTC' }, 'changed');
    expect(flow.schedules()[0]!.nextAt).toBe(Date.UTC(2030, 0, 1, 1, 30));
    await clock.advance('31m');
    await eventually(() => flow.runs().length === 1);
    expect(flow.runs()[0]!.input).toBe('changed');
  });

  it('taken away starts nothing more', async () => {
    const { flow, clock } = await hourly();
    await clock.advance('1h');
    expect(await flow.unschedule('s')).toBe(true);
    expect(await flow.unschedule('s')).toBe(false);
    await clock.advance('5h');
    expect(ids(flow)).toEqual(hours(1, 1));
    expect(flow.schedules()).toEqual([]);
  });

  it('of a class that is not registered here is left to others', async () => {
    const { flow, clock, open } = await hourly();
    await flow.close();
    const other = await open();
    await clock.advance('2h');
    expect(other.runs()).toEqual([]);
  });

  it.each([
    ['a bad expression', { id: 's', cron: 'every day' }],
    ['an hour that does not exist', { id: 's', cron: '0 25 * * *' }],
    ['an unknown time zone', { id: 's', cron: '0 * * * *', timezone: 'Europe/Atlantis' }],
    ['a moment that never comes', { id: 's', cron: '0 0 30 2 *' }],
    ['no id', { cron: '0 * * * *' } as never],
  ])('with %s is refused, and nothing else suffers', async (_, options) => {
    const it = stage();
    const flow = await it.open([Report]);
    const [bad, good] = await Promise.allSettled([flow.schedule(Report, options, 'x'), flow.start(Report, 'y')]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'DF_INVALID_INPUT' } });
    expect(good.status).toBe('fulfilled');
    expect(flow.schedules()).toEqual([]);
  });

  it('of an unknown class is refused', async () => {
    const flow = await openFlow();
    expect(await errorCode(flow.schedule(Report, { id: 's', cron: '* * * * *' }, 'x'))).toBe('DF_UNKNOWN_WORKFLOW');
  });

  it('goes through the queue of its class', async () => {
    const it = stage();
    const flow = await it.open();
    flow.register(Report, () => new Report(), { queue: { rate: { max: 1, per: '1d' } } });
    await flow.schedule(Report, { id: 's', cron: '0 * * * *', timezone: 'UTC' }, 'x');
    await it.clock.advance('3h');
    expect(flow.countRuns()).toEqual({ completed: 1, pending: 2 });
  });

  it('whose run cannot be made keeps no other run from being found', async () => {
    const it = stage();
    const flow = await it.open();
    const key = (about: string): string => {
      if (about === 'bad') throw new Error('no key for this');
      return about;
    };
    flow.register(Report, () => new Report(), { queue: { key, perKey: { concurrency: 1 } } });
    await flow.schedule(Report, { id: 's', cron: '0 * * * *', timezone: 'UTC' }, 'bad');
    await it.clock.advance('1h');
    const run = await flow.start(Report, 'good');
    expect(await run.result()).toBe('report on good');
    expect(it.events.some(({ event }) => event === 'schedule.failed')).toBe(true);
  });
});
