import { fileURLToPath } from 'node:url';
import { readInbox, type Inbox } from '../../../examples/inbox-triage/cli/read-inbox.js';
import type { TriageMail } from '../../../examples/inbox-triage/triage-mail.js';

export const sampleFile = (name: string) => fileURLToPath(new URL(`../../../examples/inbox-triage/data/${name}`, import.meta.url));

/** The sample mailbox and calendar. */
export const sampleInbox = (): Promise<Inbox> => readInbox(sampleFile('inbox.mbox'), sampleFile('calendar.ics'));

/** The sample mail whose id begins so. */
export function mailNamed({ mails }: Pick<Inbox, 'mails'>, beginning: string): TriageMail {
  const mail = mails.find(({ id }) => id.startsWith(beginning));
  if (!mail) throw new Error(`there is no sample mail ${beginning}`);
  return mail;
}

/** A mail that only has what the test says. */
export function mailWith(fields: Partial<TriageMail>): TriageMail {
  return {
    id: 'm-1@mail.example',
    messageId: 'm-1@mail.example',
    from: 'ann@mail.example',
    fromName: 'Ann',
    replyTo: undefined,
    subject: 'A question',
    date: '2026-11-02T09:00:00.000Z',
    inReplyTo: undefined,
    references: [],
    text: 'Do you have inner tubes?',
    attachments: [],
    ...fields,
  };
}
