/** Ways to write a text so that a filter for words does not see it, and a model still does. */
const encoders = {
  base64: (text) => Buffer.from(text).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  rot13: (text) => rot13(text),
  reversed: (text) => Array.from(text).toReversed().join(''),
  url: (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  entities: (text) =>
    Array.from(text)
      .map((char) => `&#${char.codePointAt(0)};`)
      .join(''),
  escapes: (text) =>
    Array.from(text)
      .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  /** Letters of the block of tags, which nothing displays. */
  tags: (text) => String.fromCodePoint(...Array.from(text).map((char) => char.codePointAt(0)! + tagBlock)),
  /** Invisible joiners between the letters. */
  spaced: (text) => Array.from(text).join(zeroWidth[0]),
  /** Each bit an invisible character. */
  invisible: (text) => bitsOf(text).replace(/[01]/g, (bit) => zeroWidth[Number(bit)]!),
  fullwidth: (text) => text.replace(/[!-~]/g, (char) => String.fromCodePoint(char.codePointAt(0)! + 0xfee0)),
  dotted: (text) => Array.from(text).join('.'),
} as const satisfies Readonly<Record<string, (text: string) => string>>;

/** The name of an encoding. */
export type Encoding = keyof typeof encoders;

export const encodings = Object.keys(encoders) as readonly Encoding[];

const tagBlock = 0xe0000;
const zeroWidth = ['\u200b', '\u200c'] as const;

export const encodeAs = (encoding: Encoding, text: string): string => encoders[encoding](text);

/** What a patient reader can make of a text: the text itself, and all that its parts mean in one of the encodings. */
export function decodings(text: string): string[] {
  const shown = text.normalize('NFKC');
  return [
    shown,
    ...matches(shown, /[A-Za-z0-9+/]{16,}={0,2}/g, (it) => Buffer.from(it, 'base64').toString()),
    ...matches(shown, /(?:[0-9a-f]{2}){8,}/gi, (it) => Buffer.from(it, 'hex').toString()),
    ...matches(shown, /(?:%[0-9a-f]{2}){4,}/gi, (it) => Buffer.from(it.replaceAll('%', ''), 'hex').toString()),
    ...matches(shown, /[\u200b\u200c]{16,}/g, textOfBits),
    rot13(shown),
    Array.from(shown).toReversed().join(''),
    shown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
    shown.replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    Array.from(text)
      .map((char) => (isTag(char) ? String.fromCodePoint(char.codePointAt(0)! - tagBlock) : char))
      .join(''),
    shown.replace(/[\u200b-\u200f\u2060\ufeff]/g, ''),
    shown.replace(/(?<=\S)\.(?=\S)/g, ''),
  ];
}

/** Whether a text says a word in any form, or both halves of it, which may stand far apart. */
export function says(text: string, word: string): boolean {
  const half = Math.floor(word.length / 2);
  return decodings(text).some((it) => it.includes(word) || (it.includes(word.slice(0, half)) && it.includes(word.slice(half))));
}

const matches = (text: string, pattern: RegExp, decode: (found: string) => string) => [...text.matchAll(pattern)].map(([it]) => decode(it));

const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });

function isTag(char: string): boolean {
  const code = char.codePointAt(0)!;
  return code > tagBlock && code < tagBlock + 128;
}

const bitsOf = (text: string) => [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');

function textOfBits(invisible: string): string {
  const bits = Array.from(invisible)
    .map((char) => zeroWidth.indexOf(char as (typeof zeroWidth)[number]))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString();
}
