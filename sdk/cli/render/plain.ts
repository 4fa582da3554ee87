/** Joins emoji and letters of some scripts; it moves nothing about. */
const harmless = /[\u200c\u200d]/;

/**
 * The text on one line, with everything that a terminal would obey or hide (escape sequences, line breaks, changes of
 * direction, invisible characters) written as an escape: what an operator reads is what is there.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => (harmless.test(character) ? character : escape(character)));
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (short[character]) return short[character];
  if (hex.length > 4) return `\\u{${hex}}`;
  return hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
}
