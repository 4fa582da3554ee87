import { Transform, type TransformCallback } from 'node:stream';
import { createDecodeStream, decode, normalizeCharset } from 'libmime/lib/charset.js';

/** RFC 1428's name for 8-bit text of a charset nobody has told. */
export const UNKNOWN_CHARSET = 'unknown-8bit';

/** Nobody reads a text beyond this, and what follows in the pipeline is slow on huge ones. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const WESTERN = 'windows-1252';
const OFTEN_WRONG = new Set([WESTERN, 'utf-8', 'ascii', 'iso-8859-15']);

/**
 * Turns the bytes of a text part into UTF-8. It has the shape of the `iconv` class, because that is
 * how mailparser takes a decoder.
 */
export class BodyDecoder extends Transform {
  readonly #charset: string;
  readonly #chunks: Buffer[] = [];
  #room = MAX_BODY_BYTES;

  constructor(charset: string) {
    super();
    this.#charset = charset;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#room > 0) this.#chunks.push(chunk.subarray(0, this.#room));
    this.#room -= chunk.length;
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(decodeText(Buffer.concat(this.#chunks), this.#charset), 'utf8'));
  }
}

/** Decodes by the charset's name, except where the bytes prove a commonly misused name wrong. */
export function decodeText(bytes: Buffer, charset: string): string {
  const isKnown = createDecodeStream(charset).supported;
  if (isKnown && !OFTEN_WRONG.has(normalizeCharset(charset).toLowerCase())) return decode(bytes, charset);
  // Western text does not turn out as valid UTF-8 by chance, nor the other way round.
  return decode(bytes, isUtf8(bytes) ? 'utf-8' : WESTERN);
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }); // a cut last letter is fine
    return true;
  } catch {
    return false;
  }
}
