import { createHash, randomUUID } from 'node:crypto';
import { access, link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';

export interface Reply {
  /** One bare address, such as `Mail.replyTo` or `Mail.from`. */
  to: string;
  subject: string;
  text: string;
  /** The Message-ID of the message this answers, with or without angle brackets. */
  inReplyTo?: string;
  references?: string[];
}

export interface SentReply {
  file: string;
  /** Without angle brackets, like `Mail.messageId`. */
  messageId: string;
}

const SENDER = { name: 'Fernhill Bikes', address: 'hello@fernhillbikes.example' };

/**
 * "Sends" mail by writing .eml files into a folder, with the one promise a real mail provider should
 * make too: whatever crashes or races, the same idempotency key is sent once.
 */
export class Outbox {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Sends the reply, unless a reply with this key has been sent; then that one is returned. */
  async send(reply: Reply, options: { idempotencyKey: string }): Promise<SentReply> {
    const sent = await this.find(options.idempotencyKey);
    if (sent) return sent;

    const message = await compose(reply, options.idempotencyKey);
    const file = this.#fileFor(options.idempotencyKey);
    await mkdir(this.#folder, { recursive: true });
    await publish(message, file, join(this.#folder, `.${randomUUID()}.tmp`));
    await syncFolder(this.#folder);
    return { file, messageId: messageIdFor(options.idempotencyKey) };
  }

  /** The reply that was sent with this key: how to find out, after a crash, whether it went out. */
  async find(idempotencyKey: string): Promise<SentReply | undefined> {
    const file = this.#fileFor(idempotencyKey);
    try {
      await access(file);
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    return { file, messageId: messageIdFor(idempotencyKey) };
  }

  #fileFor(idempotencyKey: string): string {
    const readable = idempotencyKey
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 60);
    return join(this.#folder, `${readable}-${digestOf(idempotencyKey)}.eml`);
  }
}

// The file appears under its name complete and on disk, or not at all; and, unlike a rename, a hard
// link never replaces a file that another process was quicker to publish.
async function publish(message: Buffer, file: string, temporary: string): Promise<void> {
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(message);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

// Without this the file's name could be lost in a power cut. Windows cannot and need not do it.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function compose(reply: Reply, idempotencyKey: string): Promise<Buffer> {
  const inReplyTo = asMessageId(reply.inReplyTo ?? '')[0];
  const references = (reply.references ?? []).flatMap(asMessageId);
  const message = new MailComposer({
    from: SENDER,
    to: { name: '', address: bareAddress(reply.to) },
    subject: reply.subject.replace(/\p{Cc}+/gu, ' ').trim(),
    text: reply.text,
    messageId: `<${messageIdFor(idempotencyKey)}>`,
    ...(inReplyTo && { inReplyTo }),
    ...(references.length > 0 && { references }),
    // Keeps us and the other side's out-of-office reply from answering each other forever.
    headers: { 'Auto-Submitted': 'auto-replied' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
}

const ADDRESS_PART = String.raw`[^\s\p{Cc}<>()[\],;:"\\@]+`;
const ADDRESS = new RegExp(`^${ADDRESS_PART}@${ADDRESS_PART}$`, 'u');

/** Whether the Outbox would send to this: one bare address and nothing else. */
export function isReplyAddress(address: string): boolean {
  return ADDRESS.test(address);
}

// Refused rather than repaired: what follows a line break in an address would become a recipient.
function bareAddress(address: string): string {
  if (isReplyAddress(address)) return address;
  throw new Error(`Cannot send to ${JSON.stringify(address)}: it is not an email address.`);
}

function asMessageId(id: string): string[] {
  const bare = id.trim().replace(/^<|>$/g, '');
  return /^[^\s<>@]+@[^\s<>@]+$/.test(bare) ? [`<${bare}>`] : [];
}

/** Derived from the key, so that even a copy sent by mistake is recognised as the same message. */
function messageIdFor(idempotencyKey: string): string {
  return `${digestOf(idempotencyKey)}@fernhillbikes.example`;
}

function digestOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
