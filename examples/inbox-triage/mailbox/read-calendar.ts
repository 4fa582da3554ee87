import { readFile } from 'node:fs/promises';
import ICAL from 'ical.js';

export interface CalendarEntry {
  /** All occurrences of a recurring event share one uid. */
  uid: string;
  title: string;
  /** ISO 8601 in UTC, or only the day (`2026-12-25`) for an event that lasts all day. */
  start: string;
  /** The end is not part of the event: a one-day holiday on the 25th ends on the 26th. */
  end: string;
  location?: string;
  description?: string;
  /** Addresses, without `mailto:`. */
  attendees: string[];
}

const DAY = 24 * 60 * 60 * 1000;
const DAYS_BACK = 31;
const DAYS_AHEAD = 366;

/** A rule that repeats every second must neither keep us busy forever nor fill the list. */
const MAX_STEPS = 20_000;
const MAX_ENTRIES = 500;

/**
 * Reads an .ics file, sorted by start. Single events are all listed, and so are recurring ones that
 * come to an end; endless or very long ones (500 entries) from 31 days before to 366 days after
 * `around`, which is now unless you say otherwise. Cancelled events are left out. A time that names
 * no time zone is taken as this computer's.
 */
export async function readCalendar(path: string, around = new Date()): Promise<CalendarEntry[]> {
  const components = parseEvents(await readText(path), path);
  return components
    .flatMap((component) => entriesOf(component, components, around.getTime()))
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`There is no calendar to read at ${path}. Give the path of an .ics file.`, {
      cause: error,
    });
  }
}

function parseEvents(text: string, path: string): ICAL.Component[] {
  try {
    // One calendar, or a list of them, each in the form ["vcalendar", properties, components].
    const parsed = ICAL.parse(text) as unknown[];
    const calendars = typeof parsed[0] === 'string' ? [parsed] : parsed;
    if (calendars.length === 0) throw new Error('The file is empty.');
    return calendars.flatMap((calendar) => new ICAL.Component(calendar as unknown[]).getAllSubcomponents('vevent'));
  } catch (error) {
    throw new Error(`${path} is not an iCalendar file. Export the calendar again, as .ics.`, {
      cause: error,
    });
  }
}

function entriesOf(component: ICAL.Component, all: ICAL.Component[], around: number): CalendarEntry[] {
  const uid = uidOf(component);
  const siblings = all.filter((other) => other !== component && uidOf(other) === uid);
  const isException = component.hasProperty('recurrence-id');
  const hasSeries = siblings.some((other) => !other.hasProperty('recurrence-id'));
  if (!component.hasProperty('dtstart') || (isException && hasSeries)) return [];
  const exceptions = siblings.filter((other) => other.hasProperty('recurrence-id'));
  const event = new ICAL.Event(component, { exceptions: isException ? [] : exceptions });
  const entries = event.isRecurring() ? expand(event, around) : [toEntry(event, event.startDate, event.endDate)];
  return entries.filter((entry) => entry !== undefined);
}

function expand(series: ICAL.Event, around: number): (CalendarEntry | undefined)[] {
  const whole = isEndless(series.component) ? undefined : occurrences(series, -Infinity, Infinity);
  if (whole && whole.length < MAX_ENTRIES) return whole;
  return occurrences(series, around - DAYS_BACK * DAY, around + DAYS_AHEAD * DAY);
}

function occurrences(series: ICAL.Event, from: number, to: number): (CalendarEntry | undefined)[] {
  const entries: (CalendarEntry | undefined)[] = [];
  const iterator = series.iterator();
  for (let step = 0; step < MAX_STEPS && entries.length < MAX_ENTRIES; step++) {
    const time = iterator.next() as ICAL.Time | null;
    if (!time) break;
    const { item, startDate, endDate } = series.getOccurrenceDetails(time);
    const start = Date.parse(toIso(startDate, item));
    if (start > to) break;
    if (start >= from) entries.push(toEntry(item, startDate, endDate));
  }
  return entries;
}

function isEndless(series: ICAL.Component): boolean {
  return series
    .getAllProperties('rrule')
    .map((property) => property.getFirstValue())
    .some((rule) => rule instanceof ICAL.Recur && !rule.isFinite());
}

function toEntry(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time): CalendarEntry | undefined {
  if (event.component.getFirstPropertyValue('status') === 'CANCELLED') return undefined;
  return {
    uid: event.uid,
    title: event.summary ?? '',
    start: toIso(start, event),
    end: toIso(end, event),
    ...(event.location && { location: event.location }),
    ...(event.description && { description: event.description }),
    attendees: event.attendees.map((attendee) => String(attendee.getFirstValue()).replace(/^mailto:/i, '')),
  };
}

function toIso(time: ICAL.Time, event: ICAL.Event): string {
  if (time.isDate) return time.toString();
  if (time.zone !== ICAL.Timezone.localTimezone) return time.toJSDate().toISOString();
  const zone = event.component.getFirstProperty('dtstart')?.getFirstParameter('tzid');
  return localToIso(Date.parse(`${time.toString()}Z`), zone || undefined);
}

// Many calendars name a time zone without defining it, which ical.js then ignores; Node knows them.
function localToIso(wallClock: number, zone: string | undefined): string {
  const shown = clockIn(zone).format(wallClock).replace(' ', 'T');
  return new Date(2 * wallClock - Date.parse(`${shown}Z`)).toISOString();
}

function clockIn(timeZone: string | undefined): Intl.DateTimeFormat {
  // Swedish, because it writes "2026-11-03 09:00:00".
  try {
    return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });
  } catch {
    return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
  }
}

function uidOf(component: ICAL.Component): string {
  return String(component.getFirstPropertyValue('uid') ?? '');
}
