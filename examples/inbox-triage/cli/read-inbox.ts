import { Knowledge } from '../knowledge/knowledge.js';
import { MailIndex } from '../knowledge/mail-index.js';
import { shop } from '../knowledge/shop.js';
import { readCalendar } from '../mailbox/read-calendar.js';
import { readMailbox } from '../mailbox/read-mailbox.js';
import { triageMail, type TriageMail } from '../triage-mail.js';

/** A mailbox in memory: of every mail only what its run needs. */
export interface Inbox {
  readonly mails: readonly TriageMail[];
  readonly unparsed: readonly { readonly source: string; readonly reason: string }[];
  readonly knowledge: Knowledge;
}

/** Reads a mailbox and, if one is given, a calendar. Throws if either cannot be read. */
export async function readInbox(mailbox: string, calendar: string | undefined, onMail: (read: number) => void = () => {}): Promise<Inbox> {
  const mails: TriageMail[] = [];
  const unparsed: { source: string; reason: string }[] = [];
  const index = new MailIndex(shop.domain);
  const entries = calendar === undefined ? [] : await readCalendar(calendar);
  for await (const entry of readMailbox(mailbox)) {
    if (entry.kind === 'unparsed') unparsed.push({ source: entry.source, reason: entry.reason });
    else {
      const mail = triageMail(entry.message);
      mails.push(mail);
      index.add(mail);
    }
    onMail(mails.length + unparsed.length);
  }
  return { mails, unparsed, knowledge: new Knowledge(index, entries) };
}
