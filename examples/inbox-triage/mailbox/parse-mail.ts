import { createHash } from 'node:crypto';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { BodyDecoder } from './body-decoder.js';
import type { Mail } from './mail.js';
import { relabelCharsets } from './relabel-charsets.js';

/** Longer than any letter a person writes, short enough for a prompt or a database row. */
const MAX_TEXT_LENGTH = 50_000;

/** Converting HTML is slow, and only the first pages matter. */
const MAX_HTML_LENGTH = 500_000;

/** A plain part shorter than this is often just a footer, or "please view this in your browser". */
const SHORT_PLAIN_TEXT = 500;

const MAX_ID_LENGTH = 250;
const MAX_DATE_LENGTH = 200;

const OPTIONS = {
  Iconv: BodyDecoder,
  checksumAlgo: false,
  keepCidLinks: true,
  skipTextToHtml: true,
} as const;

/** Why something in a mailbox is not a message, in words for the mailbox's owner. */
export class UnparsableMailError extends Error {
  override readonly name = 'UnparsableMailError';
}

/** The hex digest that identifies a raw message. */
export function digestOf(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex');
}

/** Parses one raw message. Throws an UnparsableMailError if it is none. */
export async function parseMail(raw: Buffer, source: string): Promise<Mail> {
  const bytes = withoutByteOrderMark(raw);
  if (bytes.length === 0) throw new UnparsableMailError('The message is empty.');
  if (!startsWithHeaders(bytes)) {
    throw new UnparsableMailError('There is no mail header here, only other data.');
  }
  let parsed = await parse(bytes);
  if (isGarbled(parsed)) parsed = await parse(relabelCharsets(bytes));
  return toMail(parsed, await readableText(parsed), digestOf(raw), source);
}

async function parse(bytes: Buffer, skipHtmlToText = true): Promise<ParsedMail> {
  try {
    return await simpleParser(bytes, { ...OPTIONS, skipHtmlToText });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnparsableMailError(`The message is damaged: ${reason}`, { cause: error });
  }
}

function toMail(parsed: ParsedMail, text: string, digest: string, source: string): Mail {
  const messageId = bareId(parsed.messageId);
  const sender = addresses(parsed.from)[0] ?? addresses(parsed.headers.get('sender'))[0];
  const replyTo = addresses(parsed.replyTo)[0]?.address;
  const inReplyTo = bareId(parsed.inReplyTo);
  const references = [parsed.references ?? []].flat().map(bareId);
  return {
    id: messageId ?? `sha256:${digest.slice(0, 32)}`,
    ...(messageId && { messageId }),
    source,
    from: sender?.address ?? '',
    ...(sender?.name && { fromName: clean(sender.name) }),
    to: addresses(parsed.to).map(({ address }) => address),
    ...(replyTo && { replyTo }),
    subject: clean(parsed.subject ?? ''),
    date: dateOf(parsed),
    ...(inReplyTo && { inReplyTo }),
    references: [...new Set(references)].filter((id) => id !== undefined),
    text,
    attachments: parsed.attachments.map(({ filename, contentType, size }, index) => ({
      filename: clean(filename ?? '').replace(/[\\/]/g, '_') || `attachment-${index + 1}`,
      contentType,
      bytes: size,
    })),
  };
}

function addresses(header: unknown): { name: string; address: string }[] {
  return [header ?? []]
    .flat()
    .flatMap((object) => (isAddressObject(object) ? object.value : []))
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ name, address }) => (address ? [{ name, address: clean(address) }] : []));
}

function isAddressObject(header: unknown): header is AddressObject {
  return typeof header === 'object' && header !== null && 'value' in header && Array.isArray(header.value);
}

function bareId(id: string | undefined): string | undefined {
  const cleaned = clean(id ?? '');
  if (cleaned.length > MAX_ID_LENGTH) return undefined;
  return cleaned.replace(/^<+|>+$/g, '').trim() || undefined;
}

// mailparser answers "now" for a date it cannot read, so we read the header ourselves; and Date
// finds dates in anything that ends in a digit, so it must look like one first.
function dateOf(parsed: ParsedMail): string | undefined {
  const line = parsed.headerLines.find(({ key }) => key === 'date')?.line ?? '';
  const value = line
    .slice(line.indexOf(':') + 1, MAX_DATE_LENGTH)
    .replace(/\s+/g, ' ')
    .trim();
  if (!/^(?:\w{3,9}, ?)?\d{1,2}[ -]\w{3,9}[ -]\d{2,4}\b|^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

async function readableText({ text, html }: ParsedMail): Promise<string> {
  const plain = tidy(text ?? '');
  if (!html || plain.length >= SHORT_PLAIN_TEXT) return cut(plain);
  const fromHtml = tidy(await textOfHtml(html));
  return cut(fromHtml.length > 2 * plain.length ? fromHtml : plain);
}

// mailparser turns HTML into text only where it is the whole message, so we make it one. Cells are
// set apart first, or a table of prices would read "Electricity214.18Total232.78".
async function textOfHtml(html: string): Promise<string> {
  const start = html.slice(0, MAX_HTML_LENGTH);
  const spaced = start.replace(/<\/t[dh]\s*>/gi, ' $&').replace(/<\/tr\s*>/gi, '<br>$&');
  const parsed = await parse(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${spaced}`), false);
  return parsed.textConversionError ? withoutTags(start) : (parsed.text ?? '');
}

// For HTML too deeply nested to be converted. A regular expression would take forever on "<<<<<".
function withoutTags(html: string): string {
  return html
    .split('<')
    .map((piece) => piece.slice(piece.indexOf('>') + 1))
    .join(' ');
}

function tidy(text: string): string {
  return withoutControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim();
}

function clean(headerText: string): string {
  return withoutControlCharacters(headerText).replace(/\s+/g, ' ').trim();
}

function withoutControlCharacters(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}|\ufeff/gu, '');
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const start = text.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${start}\n[cut here: the whole text has ${text.length} characters]`;
}

function withoutByteOrderMark(raw: Buffer): Buffer {
  return raw.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? raw.subarray(3) : raw;
}

function startsWithHeaders(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 64 * 1024);
  return /^(?:>?From [^\n]*\n)?[!-9;-~]+[ \t]*:/.test(start);
}

function isGarbled(parsed: ParsedMail): boolean {
  const { subject, from, to, text, html } = parsed;
  return [subject, JSON.stringify([from, to]), text, html].some((part) => part && part.includes('\ufffd'));
}
