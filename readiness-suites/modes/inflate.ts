import { isDeepStrictEqual } from 'node:util';

/** What an answer is to be inflated to, and what of it matters. */
export interface Inflation {
  /** More entries of a list, or longer texts. */
  readonly by: 'entries' | 'texts';
  /** So much longer, in characters. */
  readonly characters: number;
  readonly seed: number;
  /** What the work is about: no noise may be taken for it. */
  readonly about: readonly unknown[];
  /** Whether the agent's own schema lets an answer in; what it refuses never gets so far as to overflow anything. */
  readonly accepts: (answer: unknown) => boolean;
}

/**
 * An answer of the same shape with far more in it, and the right material in the middle. Undefined if there is nothing that
 * could grow, or if the schema refuses all that is notably longer.
 */
export function inflate(answer: unknown, inflation: Inflation): unknown {
  const grow = inflation.by === 'entries' ? withMoreEntries : withLongerTexts;
  for (let characters = inflation.characters; characters >= 1000; characters = Math.floor(characters / 2)) {
    const larger = grow(answer, characters, new Noise(inflation.seed, inflation.about));
    if (larger === undefined) return undefined;
    if (inflation.accepts(larger)) return larger;
  }
  return undefined;
}

/** The list with most in it gets noise before and behind it, made like its own entries. */
function withMoreEntries(answer: unknown, characters: number, noise: Noise): unknown {
  const list = listsIn(answer).toSorted((a, b) => size(b) - size(a))[0];
  if (!list) return undefined;
  const strangers = list.filter((it) => !noise.isAbout(it));
  const templates = strangers.length > 0 ? strangers : list;
  const more: unknown[] = [];
  for (let made = 0; made < characters && more.length < 20_000;) {
    const entry = noise.like(templates[more.length % templates.length]);
    made += size(entry);
    more.push(entry);
  }
  const half = Math.floor(more.length / 2);
  return replaced(answer, (it) => (it === list ? [...more.slice(0, half), ...list, ...more.slice(half)] : undefined));
}

/** Every text gets paragraphs of noise before and behind it. */
function withLongerTexts(answer: unknown, characters: number, noise: Noise): unknown {
  const texts = textsIn(answer).filter(isProse);
  if (texts.length === 0) return undefined;
  const half = characters / texts.length / 2;
  return replaced(answer, (it) =>
    typeof it === 'string' && isProse(it) ? `${noise.paragraphs(half)}\n\n${it}\n\n${noise.paragraphs(half)}` : undefined,
  );
}

const words = (
  'amber anchor basin bramble canvas cedar copper cradle dapple drift ember fallow fennel gable garnet glade hazel heron ivory juniper ' +
  'kettle lantern lichen linden marble meadow mirth nettle oaken orchard pebble pewter plume quarry quill reed russet saffron sedge slate ' +
  'sorrel spindle thistle timber tulip umber velvet walnut willow wisp yarrow zephyr'
).split(' ');

/** Text and entries that mean nothing, the same for the same seed. */
class Noise {
  readonly #about: ReadonlySet<string>;
  readonly #values: readonly unknown[];
  readonly #words: readonly string[];
  #state: number;
  #made = 0;

  constructor(seed: number, about: readonly unknown[]) {
    this.#state = seed >>> 0;
    this.#values = about.flatMap(leaves);
    this.#about = new Set(this.#values.flatMap((it) => wordsOf(String(it))));
    this.#words = words.filter((it) => !this.#about.has(it));
  }

  /** Whether something has a value in it that the work is about. */
  isAbout(value: unknown): boolean {
    return leaves(value).some((leaf) => this.#isMeant(leaf));
  }

  /** An entry like another one, with another name and other words. */
  like(template: unknown): unknown {
    const number = 10_000 + this.#made++;
    return mapLeaves(template, (leaf) => {
      if (typeof leaf === 'number') return this.#isMeant(leaf) ? leaf + 1 + (number % 7) : leaf;
      if (typeof leaf !== 'string') return leaf;
      if (isProse(leaf) || (!/\d/.test(leaf) && wordsOf(leaf).some((it) => this.#about.has(it)))) return this.#sentence(leaf.length);
      return isName(leaf) ? leaf.replace(/\d+(?=\D*$)/, (digits) => String(number).padStart(digits.length, '0').slice(0, Math.max(digits.length, 5))) : leaf;
    });
  } // prettier-ignore

  paragraphs(characters: number): string {
    const made: string[] = [];
    for (let left = characters; left > 0; left -= made.at(-1)!.length + 2) made.push(this.#sentence(Math.min(400, left)));
    return made.join('\n\n');
  }

  #sentence(length: number): string {
    let text = this.#word();
    while (text.length < length - 12) text += ` ${this.#word()}`;
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`.slice(0, Math.max(length, 3));
  }

  #word(): string {
    // A small generator of our own, so that a seed is the same noise on every version of Node.
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#words[(this.#state >>> 8) % this.#words.length]!;
  }

  #isMeant(leaf: unknown): boolean {
    if (typeof leaf === 'number') return this.#values.some((it) => isDeepStrictEqual(it, leaf));
    return typeof leaf === 'string' && leaf.length >= 3 && this.#values.some((it) => typeof it === 'string' && it.includes(leaf));
  }
}

const isProse = (text: string): boolean => text.length >= 20 && /\s\S+\s/.test(text);

/** A word with a number in it that is no date. */
const isName = (text: string): boolean => /\d/.test(text) && !/\s/.test(text) && !/^\d{4}-\d\d-\d\d/.test(text);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];

const size = (value: unknown): number => leaves(value).reduce<number>((sum, it) => sum + String(it).length + 8, 0);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);

function leaves(value: unknown): unknown[] {
  return isPlain(value) ? Object.values(value).flatMap(leaves) : [value];
}

const textsIn = (value: unknown): string[] => leaves(value).filter((it) => typeof it === 'string');

function listsIn(value: unknown): unknown[][] {
  if (!isPlain(value)) return [];
  const inner = Object.values(value).flatMap(listsIn);
  return Array.isArray(value) && value.length > 0 ? [value, ...inner] : inner;
}

/** The same with some parts replaced: those for which there is a replacement. */
function replaced(value: unknown, replacement: (part: unknown) => unknown): unknown {
  const found = replacement(value);
  if (found !== undefined || !isPlain(value)) return found ?? value;
  if (Array.isArray(value)) return value.map((it) => replaced(it, replacement));
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, replaced(it, replacement)]));
}

function mapLeaves(value: unknown, map: (leaf: unknown) => unknown): unknown {
  return replaced(value, (it) => (isPlain(it) ? undefined : map(it)));
}
