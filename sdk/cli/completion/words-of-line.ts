/**
 * The words of a line as a POSIX shell would split it, up to its end; the last is the one that is being typed, and may be empty or have an open
 * quote. Nothing is expanded.
 */
export function wordsOfLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== "'" && character === '\\' && at + 1 < line.length) word = (word ?? '') + line[++at]!;
    else if (character === quote) quote = '';
    else if (quote === '' && (character === "'" || character === '"')) [quote, word] = [character, word ?? ''];
    else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return [...words, word ?? ''];
}
