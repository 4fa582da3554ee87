import { decodeText, UNKNOWN_CHARSET } from './body-decoder.js';

const TYPE_WITHOUT_CHARSET = /^(content-type:[ \t]*text\/(?:plain|html))(?:[ \t]*;)?[ \t]*(?=\r?$(?!\r?\n[ \t]))/gim;
const UTF8_OR_ASCII = /(charset\s*=\s*"?)(?:utf-?8|us-ascii|ascii)\b/gi;

/**
 * For a message whose text is labelled UTF-8 or ASCII, or not at all, and is neither: mailparser
 * would replace what it cannot read. This takes the labels away, so that BodyDecoder gets to see the
 * bytes, and writes raw 8-bit headers in UTF-8, the only charset mailparser understands there.
 */
export function relabelCharsets(message: Buffer): Buffer {
  const all = message.toString('latin1');
  const headEnd = /\r?\n\r?\n/.exec(all)?.index ?? all.length;
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(all.slice(0, headEnd))?.[1] ?? UNKNOWN_CHARSET;
  const head = Buffer.from(decodeText(message.subarray(0, headEnd), charset), 'utf8').toString('latin1');
  const type = /^content-type:/im.test(head) ? '' : `Content-Type: text/plain; charset=${UNKNOWN_CHARSET}\r\n`;
  const relabelled = (type + head + all.slice(headEnd))
    .replace(TYPE_WITHOUT_CHARSET, `$1; charset=${UNKNOWN_CHARSET}`)
    .replace(UTF8_OR_ASCII, `$1${UNKNOWN_CHARSET}`);
  return Buffer.from(relabelled, 'latin1');
}
