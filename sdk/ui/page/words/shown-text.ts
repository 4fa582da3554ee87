/** Joins emoji and letters of some scripts; it moves nothing about. */
const harmless = /[\u200c\u200d]/;
const short: Readonly<Record<string, string>> = { '\r': '\\r', '\t': '\\t' };

/**
 * Text in which everything that a reader could not see is written as an escape: control characters, changes of direction, what is
 * invisible. Line breaks stay. What stands on the page is what is there.
 */
export function shownText(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    harmless.test(character) ? character : escape(character),
  );
}

function escape(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (short[character]) return short[character];
  if (hex.length > 4) return `\\u{${hex}}`;
  return hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
}
