import { fileURLToPath } from 'node:url';
import { readInbox, type Inbox } from '../cli/read-inbox.js';
import { runIdOf } from '../triage-mail.js';

const sample = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

const hero = 'ruth.adeyemi.0056@postbox.example';

/** The mails of the story, in the order in which they are worked on: two that get no answer, three that do. */
const ids = [
  'news.0922@spokeweekly.example',
  'helper.0517@productivity-tips.example',
  hero,
  'hannah.l.6299@northpost.example',
  'eleanor.voss.9595@mailhaus.example',
];

/** A handful of the sample mails, with the whole sample mailbox and calendar as what can be looked up. */
export async function readCast(): Promise<Pick<Inbox, 'mails' | 'knowledge'>> {
  const { mails, knowledge } = await readSample();
  return { mails: ids.map((id) => mails.find((mail) => mail.id === id)!), knowledge };
}

/** The whole sample mailbox, with its calendar. */
export const readSample = (): Promise<Inbox> => readInbox(sample('inbox.mbox'), sample('calendar.ics'));

/** Whom the story is about: her mail is being answered when the first process dies. */
export const heroRun = runIdOf({ id: hero });
