import type { ContextItem } from 'durableflow';
import type { CalendarEntry } from '../mailbox/read-calendar.js';
import type { TriageMail } from '../triage-mail.js';
import { domainOf, type MailIndex, type SettledBy } from './mail-index.js';
import { shop, shopNotes } from './shop.js';

/** What was found for one mail. */
export interface Findings {
  /** Material for the model, unranked. */
  readonly items: readonly ContextItem[];
  readonly settledBy: SettledBy | undefined;
}

const mostEarlierMails = 5;
const mostEntries = 12;
const dayLength = 24 * 60 * 60 * 1000;

/** Everything that the triage may look up: read only, and nothing of one customer for another. */
export class Knowledge {
  readonly #mails: MailIndex;
  readonly #calendar: readonly CalendarEntry[];

  constructor(mails: MailIndex, calendar: readonly CalendarEntry[]) {
    this.#mails = mails;
    this.#calendar = calendar;
  }

  about(mail: TriageMail): Findings {
    const earlier = this.#mails.earlier(mail, mostEarlierMails);
    const last = earlier.at(-1);
    return {
      items: [
        ...earlier.map(({ id, inThread, text }) => ({ id: `mail:${id}`, text, ...(last?.id === id && inThread && { pinned: true }) })),
        ...this.#entriesFor(mail).map((entry) => ({ id: `calendar:${entry.uid}:${entry.start}`, text: describe(entry, mail.from) })),
        ...shopNotes,
      ],
      settledBy: this.#mails.settledBy(mail),
    };
  }

  /** The sender's own entries, then what the shop has on in the four weeks after the mail. */
  #entriesFor(mail: TriageMail): CalendarEntry[] {
    const own = this.#calendar.filter((entry) => mail.from !== '' && entry.attendees.includes(mail.from));
    if (mail.date === undefined) return own.slice(0, mostEntries);
    const from = Date.parse(mail.date) - dayLength;
    const soon = this.#calendar.filter((entry) => {
      const start = Date.parse(entry.start);
      return start >= from && start < from + 29 * dayLength && !own.includes(entry);
    });
    return [...own, ...soon].slice(0, mostEntries);
  }
}

/** An entry in words. Of other people's appointments only the time is told: what the model does not know, it cannot tell. */
function describe(entry: CalendarEntry, sender: string): string {
  // The formatter sets thin spaces, which a mail program may not have.
  const when = timesOf(entry).replace(/\s/gu, ' ');
  const about = [`${entry.title}, ${when}.`, entry.description && `(${entry.description})`].filter(Boolean).join('\n');
  const outsiders = entry.attendees.filter((address) => domainOf(address) !== shop.domain);
  if (sender !== '' && outsiders.includes(sender)) return `Calendar, with ${sender}: ${about}`;
  if (outsiders.length > 0) return `Calendar: the workshop is busy ${when}.`;
  return `Calendar of the shop: ${about}`;
}

const day = { weekday: 'long', day: 'numeric', month: 'long' } as const;
const clock = new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit', timeZone: shop.timeZone });
const wholeDays = new Intl.DateTimeFormat('en-GB', { ...day, timeZone: 'UTC' });

function timesOf({ start, end }: CalendarEntry): string {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (start.includes('T')) return clock.formatRange(from, Math.max(from, to));
  // The last day is the one before the end.
  return wholeDays.formatRange(from, Math.max(from, to - dayLength));
}
