import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAvailabilityTrace, type AvailabilityOptions } from '../../../colony/schedule/availability-trace.js';
import { readNodeTrace } from '../../../colony/schedule/node-trace.js';
import { traceSchedule } from '../../../colony/schedule/trace-schedule.js';
import { hours, micros } from '../../../colony/time.js';
import { projectRoot } from '../../docs/code-blocks.js';

const fixture = (file: string) => readFileSync(join(projectRoot, 'test/fixtures/colony', file), 'utf8');
const refused = (what: string, line?: number) =>
  expect.objectContaining({
    code: 'DF_COLONY_TRACE',
    message: expect.stringContaining(what) as string,
    details: expect.objectContaining(line === undefined ? {} : { line }) as object,
  });

describe('a trace that follows its machines', () => {
  const trace = readNodeTrace(fixture('nodes.csv'), 'nodes.csv');

  it('has places that one machine after another holds', () => {
    expect(trace).toMatchObject({ places: 3, span: micros(180) });
    expect(trace.losses).toEqual([
      { at: micros(60), place: 1 },
      { at: micros(120), place: 0 },
      { at: micros(120), place: 1 },
      { at: micros(180), place: 2 },
    ]);
  });

  it('is replayed place by place, in compressed time, and says so', () => {
    const { events, horizon, source } = traceSchedule(trace, { slots: 3, seed: 1, compression: 6 });
    expect(events.map(({ at }) => at)).toEqual([10, 20, 20, 30].map(micros));
    expect(horizon).toBe(micros(30));
    // The two losses of place 1 meet the same slot.
    const slots = events.map(({ slot }) => slot);
    expect([slots[1], slots[2]]).toContain(slots[0]);
    expect(new Set(slots).size).toBe(3);
    expect(source).toContain('of which 6 pass in one hour of the batch; each slot follows the machines of one of its 3 places');
    expect(source).toContain('chosen by seed 1');
  });

  it('gives other machines to another seed, and none beyond the horizon', () => {
    const hashes = Array.from({ length: 8 }, (_, seed) => traceSchedule(trace, { slots: 2, seed, compression: 1 }).hash);
    expect(new Set(hashes).size).toBeGreaterThan(2);
    const short = traceSchedule(trace, { slots: 3, seed: 1, compression: 1, horizon: micros(100) });
    expect(short).toMatchObject({ horizon: micros(100), events: [{ at: micros(60) }] });
    expect(traceSchedule(trace, { slots: 3, seed: 1, compression: 1, horizon: micros(1e6) }).horizon).toBe(trace.span);
  });

  it('cannot serve more slots than it has places, nor in no time', () => {
    const invalid = expect.objectContaining({ code: 'DF_INVALID_INPUT' });
    expect(() => traceSchedule(trace, { slots: 4, seed: 1, compression: 1 })).toThrow(invalid);
    expect(() => traceSchedule(trace, { slots: 1, seed: 1, compression: 0 })).toThrow(invalid);
  });

  it.each([
    ['0,add,a\n1s,remove,a', '"1s" is no number of milliseconds', 2],
    ['0,add,a\n5,lost,a', '"lost" is neither add nor remove', 2],
    ['0,add,a\n0,add,a', '"a" is added, but it is there already', 2],
    ['0,add,a\n\n7,remove,b', '"b" is removed, but it is not there', 3],
    ['9,add,a\n8,remove,a', 'sort the rows by time', 2],
    ['0,add,', 'the name of the node is missing', 1],
    ['0,add,a\n1,remove', 'got 2 on line 2', 2],
    ['0,add,a', 'no machine that was removed', undefined],
  ])('is refused where it is wrong: %j', (text, what, line) => {
    expect(() => readNodeTrace(text, 'bad.csv')).toThrow(refused(what, line));
  });
});

describe('a trace of availability', () => {
  const csv = { name: 'availability.csv', format: 'csv', counts: 'available' } as const;

  it('loses machines where the number falls, from the first row on', () => {
    expect(readAvailabilityTrace(fixture('availability.csv'), csv)).toMatchObject({
      span: micros(240),
      drops: [
        { at: micros(60), count: 1 },
        { at: micros(240), count: 1 },
      ],
    });
  });

  it('means the opposite with the other polarity', () => {
    const drops = (options: AvailabilityOptions) => readAvailabilityTrace(fixture('availability.csv'), options).drops;
    expect(drops({ ...csv, counts: 'preempted' })).toEqual([{ at: micros(120), count: 1 }]);
    const json = readAvailabilityTrace(fixture('preempted.json'), { name: 'preempted.json', format: 'json', counts: 'preempted' });
    expect(json.drops).toEqual(drops(csv));
  });

  it('is read from a list of dated entries as from CSV', () => {
    const [, ...rows] = fixture('availability.csv').trim().split('\n');
    const list = JSON.stringify(rows.map((row) => ({ date: row.split(',')[0], availability: Number(row.split(',')[1]) })));
    expect(readAvailabilityTrace(list, { ...csv, format: 'json' })).toEqual(readAvailabilityTrace(fixture('availability.csv'), csv));
  });

  it('has victims that the seed chooses, as many as the number falls by, and says so', () => {
    const counts = 'date,availability\n2026-01-01 00:00:00,9\n2026-01-01 01:00:00,7\n2026-01-01 02:00:00,0\n';
    const trace = readAvailabilityTrace(counts, csv);
    const schedule = traceSchedule(trace, { slots: 4, seed: 3, compression: 60 });
    const victims = (minute: number) => schedule.events.filter(({ at }) => at === micros(minute * 60)).map(({ slot }) => slot);
    expect(new Set(victims(1)).size).toBe(2);
    expect(victims(2)).toEqual([0, 1, 2, 3]);
    expect(schedule.events).toHaveLength(6);
    const hashes = Array.from({ length: 8 }, (_, seed) => traceSchedule(trace, { slots: 4, seed, compression: 60 }).hash);
    expect(new Set(hashes).size).toBeGreaterThan(2);
    expect(schedule.source).toContain('does not say which machine was lost: the victims of each fall in availability are chosen by seed 3');
    expect(schedule.source).toContain('not how long one lived');
  });

  it.each([
    ['csv', 'time,availability\n2026-01-01 00:00:00,1', 'must name the columns date and availability', 1],
    ['csv', 'date,availability\n2026-01-01 00:00:00,yes', '"yes" is no whole number of machines', 2],
    ['csv', 'date,availability\n2026-13-01 00:00:00,1', '"2026-13-01 00:00:00" is no time such as', 2],
    ['csv', 'date,availability\n2026-01-02 00:00:00,1\n2026-01-01 00:00:00,0', 'sort the rows by time', 3],
    [
      'csv',
      'date,availability\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,1',
      'nothing was lost in it if the numbers count available',
      undefined,
    ],
    ['csv', 'date,availability\n2026-01-01 00:00:00,1,2', 'got 3 on line 2', 2],
    ['csv', '', 'it has no rows', undefined],
    ['json', '[', 'it is no JSON', undefined],
    ['json', '[{"date":"2026-01-01 00:00:00","availability":1},{"date":"2026-01-01 00:01:00"}]', '1.availability', 2],
    ['json', '{"data":[1,0]}', 'metadata', undefined],
  ] as const)('is refused where it is wrong: %s %j', (format, text, what, line) => {
    expect(() => readAvailabilityTrace(text, { name: 'bad', format, counts: 'available' })).toThrow(refused(what, line));
  });
});

const traces = join(projectRoot, '../shared/traces');

describe.skipIf(!existsSync(traces))('the published traces in ../shared/traces (skipped where that folder is missing)', () => {
  const published = (file: string) => readFileSync(join(traces, file), 'utf8');

  it('of Bamboo has the losses that are known of it', () => {
    const trace = readNodeTrace(published('bamboo-p3.csv'), 'bamboo-p3.csv');
    expect(hours(trace.span).toFixed(1)).toBe('11.4');
    expect(trace.places).toBe(32);
    expect(trace.losses).toHaveLength(167);
    const all = traceSchedule(trace, { slots: 32, seed: 1, compression: 60 });
    expect(all.events).toHaveLength(167);
    const atOnce = new Map<number, number>();
    for (const { at } of all.events) atOnce.set(at, (atOnce.get(at) ?? 0) + 1);
    expect(Math.max(...atOnce.values())).toBe(6);
  });

  it.each(['skynomad-us-east-1f-v100.csv', 'skynomad-us-west-2a-v100.csv'])('of SkyNomad is read: %s', (name) => {
    const trace = readAvailabilityTrace(published(name), { name, format: 'csv', counts: 'available' });
    expect(Math.round(hours(trace.span) / 24)).toBe(46);
    expect(trace.drops.length).toBeGreaterThan(10);
    expect(trace.drops.every(({ count }) => count === 1)).toBe(true);
    expect(traceSchedule(trace, { slots: 4, seed: 1, compression: 1000 }).events).toHaveLength(trace.drops.length);
  });
});
