type Path = readonly (string | number)[];

interface TextLeaf {
  readonly path: Path;
  readonly text: string;
}

const proseField = /note|text|body|description|content|message|comment|summary|reason|answer/i;
const nameField = /name|title|subject|label/i;

/** Whether an answer has a place for somebody else's words. */
export const canBePlanted = (answer: unknown): boolean => placesIn(answer).length > 0;

/**
 * An answer with words in it that do not belong there: after its longest text, in a name, or a piece in each of its texts.
 * Of several places, those whose text `isRead` come first, since what the model never sees does nothing. What was there
 * stays, so that the work can still be done. Without a place for words it stays as it is.
 */
export function plant(
  answer: unknown,
  pieces: readonly string[],
  place: 'prose' | 'name' | 'split',
  isRead: (text: string) => boolean = () => true,
): unknown {
  const all = placesIn(answer);
  const read = all.filter(({ text }) => isRead(text));
  const places = read.length > 0 ? read : all;
  if (place === 'name') {
    const name = places.find(({ path }) => nameField.test(String(path.at(-1)))) ?? places[0];
    return name ? replaced(answer, name.path, `${name.text} ${pieces.join(' ')}`) : answer;
  }
  // More pieces than places: the last one takes what is left.
  const targets = place === 'split' ? places.slice(0, pieces.length) : places.slice(0, 1);
  return targets.reduce((made, { path, text }, i) => {
    const own = i === targets.length - 1 ? pieces.slice(i) : pieces.slice(i, i + 1);
    return replaced(made, path, `${text}\n${own.join('\n')}`);
  }, answer);
}

/** A value without the words that were planted in it. */
export function without(value: unknown, pieces: readonly string[]): unknown {
  if (typeof value === 'string')
    return pieces
      .reduce((text, piece) => text.replaceAll(`\n${piece}`, '').replaceAll(piece, ''), value)
      .replace(/\s+/g, ' ')
      .trim();
  if (Array.isArray(value)) return value.map((it) => without(it, pieces));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, without(inner, pieces)]));
}

/** Texts in which people write, the longest first. Ids, dates, addresses and single words are none. */
function placesIn(answer: unknown): TextLeaf[] {
  const leaves = textLeaves(answer, []);
  if (typeof answer === 'string') return leaves;
  const isProse = ({ path, text }: TextLeaf) => /\S\s+\S/.test(text) || proseField.test(String(path.at(-1)));
  return leaves.filter(isProse).toSorted((one, other) => other.text.length - one.text.length);
}

function textLeaves(value: unknown, path: Path): TextLeaf[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((it, i) => textLeaves(it, [...path, i]));
  return isPlain(value) ? Object.entries(value).flatMap(([field, it]) => textLeaves(it, [...path, field])) : [];
}

function replaced(value: unknown, [first, ...rest]: Path, text: string): unknown {
  if (first === undefined) return text;
  if (Array.isArray(value)) return value.map((it: unknown, i) => (i === first ? replaced(it, rest, text) : it));
  const fields = value as Record<string, unknown>;
  return { ...fields, [first]: replaced(fields[first], rest, text) };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
