/** One message of a mailbox as plain data: it can be stored, logged and sent as JSON. */
export interface Mail {
  /**
   * Unique within the mailbox and the same on every run: the Message-ID without its angle brackets,
   * `<Message-ID>#<digest>` when an earlier, different message already used that Message-ID, or
   * `sha256:<digest>` of the raw message when it has none.
   */
  id: string;
  /** The Message-ID as the sender wrote it, which is what a reply names in In-Reply-To. */
  messageId?: string;
  /** Where it was read: `inbox.mbox#12` (counted from 1) or the path of the .eml file. */
  source: string;
  /** The sender's address; empty when the message does not say. */
  from: string;
  fromName?: string;
  to: string[];
  replyTo?: string;
  /** Empty when the message has none. */
  subject: string;
  /** ISO 8601, UTC. Undefined when the header is missing or cannot be read as a date. */
  date: string | undefined;
  inReplyTo?: string;
  references: string[];
  /** Readable text, from the HTML part if there is no other, cut after 50,000 characters. */
  text: string;
  attachments: MailAttachment[];
}

interface MailAttachment {
  filename: string;
  contentType: string;
  bytes: number;
}

/** What reading a mailbox yields: a message, or the reason why there is none. */
export type MailboxEntry = { kind: 'message'; message: Mail } | { kind: 'unparsed'; source: string; reason: string };
