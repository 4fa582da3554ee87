import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../examples/inbox-triage/mailbox/read-calendar.js';
import { fileWith } from './mailbox-on-disk.js';

const AROUND = new Date('2026-11-01T00:00:00Z');
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...events: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...events, 'END:VCALENDAR', ''].join('\r\n');
const read = async (...events: string[]) => readCalendar(await fileWith(calendar(...events), 'shop.ics'), AROUND);

describe('a calendar', () => {
  it('is read as plain data, sorted by start', async () => {
    const entries = await read(
      event('UID:b', 'SUMMARY:Later', 'DTSTART:20261104T090000Z', 'DURATION:PT1H30M'),
      event(
        'UID:a',
        'SUMMARY:Visit\\, coffee',
        'LOCATION:Shop',
        'DESCRIPTION:Bring\\ncake',
        'ATTENDEE;CN=Ada:mailto:ada@friends.example',
        'DTSTART:20261103T100000Z',
        'DTEND:20261103T110000Z',
      ),
    );
    expect(entries).toEqual([
      {
        uid: 'a',
        title: 'Visit, coffee',
        location: 'Shop',
        description: 'Bring\ncake',
        attendees: ['ada@friends.example'],
        start: '2026-11-03T10:00:00.000Z',
        end: '2026-11-03T11:00:00.000Z',
      },
      {
        uid: 'b',
        title: 'Later',
        attendees: [],
        start: '2026-11-04T09:00:00.000Z',
        end: '2026-11-04T10:30:00.000Z',
      },
    ]);
  });

  it('keeps whole days as days', async () => {
    expect(await read(event('UID:a', 'DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227'))).toMatchObject([
      { start: '2026-12-25', end: '2026-12-27' },
    ]);
  });

  it('knows time zones that it names but does not define', async () => {
    expect(
      await read(event('UID:a', 'DTSTART;TZID=America/New_York:20261020T090000', 'DTEND;TZID=America/New_York:20261020T100000')),
    ).toMatchObject([{ start: '2026-10-20T13:00:00.000Z', end: '2026-10-20T14:00:00.000Z' }]);
  });

  it('expands a series with its exceptions', async () => {
    const entries = await read(
      event(
        'UID:s',
        'SUMMARY:Class',
        'DTSTART:20261103T180000Z',
        'DTEND:20261103T190000Z',
        'RRULE:FREQ=WEEKLY;COUNT=4',
        'EXDATE:20261110T180000Z',
      ),
      event('UID:s', 'SUMMARY:Class, moved', 'RECURRENCE-ID:20261117T180000Z', 'DTSTART:20261118T180000Z', 'DTEND:20261118T190000Z'),
      event(
        'UID:other',
        'RECURRENCE-ID:20261124T180000Z',
        'SUMMARY:Without its series',
        'DTSTART:20261130T180000Z',
        'DTEND:20261130T190000Z',
      ),
    );
    expect(entries.map(({ title, start }) => [title, start.slice(0, 10)])).toEqual([
      ['Class', '2026-11-03'],
      ['Class, moved', '2026-11-18'],
      ['Class', '2026-11-24'],
      ['Without its series', '2026-11-30'],
    ]);
  });

  it('lists an endless series from a month before to a year after', async () => {
    const entries = await read(event('UID:s', 'DTSTART:20200106T090000Z', 'DTEND:20200106T100000Z', 'RRULE:FREQ=WEEKLY'));
    expect(entries[0]?.start).toBe('2026-10-05T09:00:00.000Z');
    expect(entries.at(-1)?.start).toBe('2027-11-01T09:00:00.000Z');
  });

  it('treats a very long series like an endless one', async () => {
    const entries = await read(event('UID:s', 'DTSTART:20200106T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20300101T000000Z'));
    expect(entries[0]?.start).toBe('2026-10-01T09:00:00.000Z');
    expect(entries).toHaveLength(397);
  });

  it('does not hang on a series that repeats every second', async () => {
    expect((await read(event('UID:s', 'DTSTART:20261101T090000Z', 'RRULE:FREQ=SECONDLY'))).length).toBeLessThanOrEqual(500);
  });

  it('leaves out cancelled events and those without a start', async () => {
    expect(await read(event('UID:a', 'DTSTART:20261103T100000Z', 'STATUS:CANCELLED'), event('UID:b', 'SUMMARY:When?'))).toEqual([]);
  });
});

describe('a calendar that is none', () => {
  it('says what to do', async () => {
    await expect(readCalendar('/no/such.ics')).rejects.toThrow('There is no calendar to read at /no/such.ics. Give the path');
    const path = await fileWith('Dear calendar', 'shop.ics');
    await expect(readCalendar(path)).rejects.toThrow(/is not an iCalendar file/);
    await expect(readCalendar(await fileWith('', 'shop.ics'))).rejects.toThrow(/is not an iCalendar file/);
  });
});
