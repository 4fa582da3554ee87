import { createHash } from 'node:crypto';
import type { Mail } from './mailbox/mail.js';

/**
 * The part of a mail that a run is about: plain data, and short, because it is stored with the run. Where the mail was
 * found is no part of it, so the same mail is the same run wherever the mailbox was moved to.
 */
export interface TriageMail {
  readonly id: string;
  readonly messageId: string | undefined;
  readonly from: string;
  readonly fromName: string | undefined;
  readonly replyTo: string | undefined;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly date: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  readonly text: string;
  /** File names; their content is never read. */
  readonly attachments: readonly string[];
}

/** Longer texts are cut: what matters for an answer stands on the first page. */
const longestText = 4000;
const longestLine = 300;
const mostReferences = 20;
const mostAttachments = 10;

export function triageMail(mail: Mail): TriageMail {
  return {
    id: mail.id,
    messageId: mail.messageId,
    from: mail.from,
    fromName: mail.fromName === undefined ? undefined : cut(mail.fromName, longestLine),
    replyTo: mail.replyTo,
    subject: cut(mail.subject, longestLine),
    date: mail.date,
    inReplyTo: mail.inReplyTo,
    references: mail.references.slice(-mostReferences),
    text: cut(mail.text, longestText),
    attachments: mail.attachments.slice(0, mostAttachments).map(({ filename }) => cut(filename, longestLine)),
  };
}

/** The id of the run of a mail: the same mail is never triaged twice. */
export const runIdOf = (mail: Pick<TriageMail, 'id'>): string => `mail:${mail.id}`;

/** For a mail whose Message-ID was used by a different mail before: the same one under an id that its content makes unique. */
export function withContentId(mail: TriageMail): TriageMail {
  const digest = createHash('sha256').update(JSON.stringify(mail)).digest('hex').slice(0, 12);
  return { ...mail, id: `${mail.id}#${digest}` };
}

/** At most so many characters, never ending in half a surrogate pair. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}
