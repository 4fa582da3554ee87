import { domainOf } from './knowledge/mail-index.js';
import { shop } from './knowledge/shop.js';
import { isReplyAddress, type Reply } from './mailbox/outbox.js';
import type { Category } from './models/triager.js';
import type { TriageMail } from './triage-mail.js';

const neverAnswered: Partial<Record<Category, string>> = {
  phishing: 'a fraud gets no answer',
  newsletter: 'a newsletter needs no answer',
  auto_reply: 'a machine needs no answer',
  internal: 'from the shop itself',
};

/** Why a mail must not be answered, whatever a model thinks; undefined if it may be. */
export function unanswerable(mail: TriageMail, category: Category): string | undefined {
  const address = mail.replyTo ?? mail.from;
  if (!isReplyAddress(address)) return address ? `no mail can be sent to ${JSON.stringify(address)}` : 'it does not say who sent it';
  if (domainOf(address) === shop.domain) return 'from the shop itself';
  if (/^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?)[@+.-]/i.test(address))
    return 'nobody reads what is sent to its sender';
  return neverAnswered[category];
}

/** The whole reply: a model writes the text, and nothing else of it. */
export function replyTo(mail: TriageMail, text: string): Reply {
  const subject = mail.subject || 'your message';
  const { messageId, references } = mail;
  return {
    to: mail.replyTo ?? mail.from,
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    text,
    ...(messageId && { inReplyTo: messageId, references: [...references, messageId] }),
  };
}
