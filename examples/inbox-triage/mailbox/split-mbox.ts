// Our own splitter, because mbox-stream has no licence and turns the bytes into strings (which ruins
// every charset but UTF-8), and node-mbox cuts messages at any "From " in a text and loses the last line.

/** Longer messages are not kept in memory; the biggest providers refuse to deliver more than 50 MB. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A separator line is far shorter; more than this need not be at hand to recognise one. */
const MAX_SEPARATOR_BYTES = 512;

// "From " alone is not enough: real mailboxes contain unquoted sentences that start with it.
const SEPARATOR =
  /^From (?:.*\s)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s.*\d{1,2}:\d{2}/;

export interface MboxPart {
  /** Counted from 1; the bytes before the first separator, if any, are part 0. */
  index: number;
  /** The message without its separator line, unquoted; undefined when longer than MAX_MESSAGE_BYTES. */
  raw: Buffer | undefined;
  bytes: number;
}

/**
 * Cuts an mbox (mboxrd or mboxo, LF or CRLF) into its messages. At most one message is held in
 * memory, whatever the size of the file or of its lines.
 */
export async function* splitMbox(chunks: AsyncIterable<Buffer>): AsyncGenerator<MboxPart> {
  let part = new PartInProgress(0);
  let carry: Buffer = Buffer.alloc(0);
  let atLineStart = true;
  let atFileStart = true;

  function* consume(bytes: Buffer, isLast: boolean): Generator<MboxPart> {
    let kept = 0; // everything before is in `part` already
    let position = 0;
    while (position < bytes.length) {
      const newline = bytes.indexOf(0x0a, position);
      const end = newline === -1 ? bytes.length : newline + 1;
      if (atLineStart) {
        if (newline === -1 && !isLast && end - position < MAX_SEPARATOR_BYTES) break;
        if (isSeparator(bytes, position, end, atFileStart)) {
          part.append(bytes.subarray(kept, position));
          if (!part.isBlankPreamble()) yield part.finish();
          part = new PartInProgress(part.index + 1);
          kept = end;
        } else if (isQuotedFrom(bytes, position, end)) {
          part.append(bytes.subarray(kept, position));
          kept = position + 1; // drops one ">"
        }
      }
      atFileStart = false;
      atLineStart = newline !== -1;
      position = end;
    }
    part.append(bytes.subarray(kept, position));
    carry = bytes.subarray(position);
  }

  for await (const chunk of chunks) {
    yield* consume(carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk, false);
  }
  yield* consume(carry, true);
  if (!part.isBlankPreamble()) yield part.finish();
}

class PartInProgress {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #blank = true;

  constructor(readonly index: number) {}

  append(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#blank &&= piece.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20);
    this.#bytes += piece.length;
    if (this.#bytes <= MAX_MESSAGE_BYTES) this.#pieces.push(piece);
    else this.#pieces.length = 0;
  }

  /** A file may begin with empty lines; they are not a message. */
  isBlankPreamble(): boolean {
    return this.index === 0 && this.#blank;
  }

  finish(): MboxPart {
    const { index } = this;
    if (this.#bytes > MAX_MESSAGE_BYTES) return { index, raw: undefined, bytes: this.#bytes };
    const raw = withoutTrailingNewlines(Buffer.concat(this.#pieces));
    return { index, raw, bytes: raw.length };
  }
}

function isSeparator(bytes: Buffer, start: number, end: number, atFileStart: boolean): boolean {
  if (!startsWithFrom(bytes, start, end)) return false;
  return atFileStart || SEPARATOR.test(bytes.toString('latin1', start, Math.min(end, start + MAX_SEPARATOR_BYTES)));
}

function isQuotedFrom(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== 0x3e) return false;
  let position = start;
  while (position < end && bytes[position] === 0x3e) position++;
  return startsWithFrom(bytes, position, end);
}

function startsWithFrom(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === 0x46 && end - start >= 5 && bytes.toString('latin1', start, start + 5) === 'From ';
}

// The empty line before a separator belongs to the mbox; the last message of a file often lacks it.
function withoutTrailingNewlines(raw: Buffer): Buffer {
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === 0x0a || raw[end - 1] === 0x0d)) end--;
  return raw.subarray(0, end);
}
