import { cut, type TriageMail } from '../triage-mail.js';

/** A mail as other mails need it. */
interface Indexed {
  readonly id: string;
  readonly from: string;
  readonly thread: string;
  readonly time: number;
  readonly automatic: boolean;
  readonly subject: string;
  readonly excerpt: string;
}

/** Why a mail needs no answer of its own: somebody answered it, or its sender wrote again in the same conversation. */
export interface SettledBy {
  readonly how: 'answered' | 'superseded';
  readonly id: string;
}

const excerptLength = 600;

/** The mails of one mailbox by conversation and by sender. Of each it keeps an excerpt, so 5,000 mails take a few megabytes. */
export class MailIndex {
  readonly #ownDomain: string;
  readonly #byId = new Map<string, Indexed>();
  readonly #bySender = new Map<string, Indexed[]>();
  readonly #answers = new Map<string, string>();

  constructor(ownDomain: string) {
    this.#ownDomain = ownDomain;
  }

  add(mail: TriageMail): void {
    const indexed: Indexed = {
      id: mail.id,
      from: mail.from,
      thread: threadOf(mail),
      // A mail without a date stands where it was found, after all others.
      time: mail.date === undefined ? Infinity : Date.parse(mail.date),
      automatic: isAutomatic(mail),
      subject: mail.subject,
      excerpt: cut(mail.text, excerptLength),
    };
    this.#byId.set(mail.id, indexed);
    if (mail.from) {
      const known = this.#bySender.get(mail.from);
      if (known) known.push(indexed);
      else this.#bySender.set(mail.from, [indexed]);
    }
    if (mail.inReplyTo && domainOf(mail.from) === this.#ownDomain && !indexed.automatic) this.#answers.set(mail.inReplyTo, mail.id);
  }

  /** The latest mails before this one in the same conversation or from the same sender, oldest first. */
  earlier(mail: TriageMail, limit: number): { readonly id: string; readonly inThread: boolean; readonly text: string }[] {
    const here = this.#byId.get(mail.id);
    const named = new Set([...mail.references, mail.inReplyTo].filter((id) => id !== undefined));
    const found = new Set([...named].map((id) => this.#byId.get(id)).filter((it) => it !== undefined));
    for (const it of this.#sentBy(mail.from)) if (here && it.time < here.time) found.add(it);
    found.delete(here!);
    return [...found]
      .sort((a, b) => a.time - b.time)
      .slice(-limit)
      .map(({ id, from, subject, excerpt }) => ({
        id,
        inThread: named.has(id),
        text: `Earlier mail from ${cut(from, 100)}, "${subject}":\n${excerpt}`,
      }));
  }

  settledBy(mail: TriageMail): SettledBy | undefined {
    const answer = this.#answers.get(mail.messageId ?? mail.id);
    if (answer !== undefined) return { how: 'answered', id: answer };
    const here = this.#byId.get(mail.id);
    if (!here || here.automatic) return undefined;
    const later = this.#sentBy(mail.from).find(
      (it) => it.thread === here.thread && it.time > here.time && it.time < Infinity && !it.automatic,
    );
    return later && { how: 'superseded', id: later.id };
  }

  /** A sender of thousands (a newsletter, a machine) is no correspondence: only the first and the latest are looked at. */
  #sentBy(sender: string): readonly Indexed[] {
    const mails = this.#bySender.get(sender) ?? [];
    return mails.length <= 100 ? mails : [...mails.slice(0, 50), ...mails.slice(-50)];
  }
}

const automaticSubject =
  /^\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|antwort|svar)|automatische antwort|autosvar|out of (?:the )?office|abwesenheit|réponse automatique|respuesta automática)\b/i;

/** An answer that a machine gave. */
export const isAutomatic = (mail: Pick<TriageMail, 'subject'>): boolean => automaticSubject.test(mail.subject);

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Mails of one sender with the same subject, "Re:" aside, are one conversation; a mail without a subject is alone. */
function threadOf(mail: TriageMail): string {
  const subject = mail.subject
    .replace(/^(?:\s*(?:re|aw|sv|fwd?|wg)\s*:)+/i, '')
    .trim()
    .toLowerCase();
  return subject || mail.id;
}
