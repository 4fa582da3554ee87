/** Scripts that are written without spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/u;
const parts = new RegExp(`(${unspaced.source})`, 'u');

const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Letters that no decomposition takes apart. */
const folded: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/**
 * The terms of a text, as rankers and the index compare them: lower case, without accents. Of scripts that set no
 * spaces, each pair of neighbouring characters is a term. Two texts have the same terms on every machine: no dictionary
 * of the platform is asked.
 */
export function terms(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => folded[letter]!);
  return (plain.match(word) ?? []).flatMap(split);
}

/** A run of characters, taken apart where it is in a script without spaces. */
function split(run: string): string[] {
  if (!unspaced.test(run)) return [run];
  return run.split(parts).flatMap((part) => (unspaced.test(part) ? pairs(part) : part === '' ? [] : [part]));
}

function pairs(part: string): string[] {
  const characters = Array.from(part);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => characters[index]! + character);
}
