import type { Randomness } from '../simulation/randomness.js';

/** Longer inputs are cut, so that one that takes long shows what is slow and not what is large. */
const longest = 32_768;

/** What parsers trip over, whatever they parse. */
const nastyTexts: readonly string[] = [
  '', ' ', '\0', '\n', '\r\n\r\n', '__proto__', 'constructor', 'prototype', 'toString', '"', "'", '\\', '{', '}', '[', ']', '<', '&', ':', ',', ';', '-', '--',
  '-1', '0', '1e309', '-0', 'NaN', '9007199254740993', '4294967295', '\ud800', '\u2028', '\ufeff', '\u001b[31m', 'null', 'true', '../', '%00', '${', 'data: ', '=?utf-8?b?',
]; // prettier-ignore

const nastyValues: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, -1e9, 2 ** 31, 2 ** 32 - 1, 2 ** 53, '', '__proto__', 'constructor', '\ud800', 'x'.repeat(2000), [], {}, [null], [[[]]],
  { toString: null }, { length: -1 }, nested(400),
]; // prettier-ignore

const nastyKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'toJSON', ''] as const;

/** An input that is a little, or very, unlike the one given: as JSON where it is JSON, as text, or with a part of another one. */
export function mutate(input: string, random: Randomness, words: readonly string[], others: readonly string[]): string {
  let made = input;
  for (let steps = 1 + random.below(4); steps > 0; steps--) {
    const asJson = random.chance(0.6) ? mutatedJson(made, random) : undefined;
    made = asJson ?? mutatedText(made, random, words, others);
  }
  return made.length > longest ? made.slice(0, longest) : made;
}

function mutatedText(text: string, random: Randomness, words: readonly string[], others: readonly string[]): string {
  const [from, to] = [random.below(text.length + 1), random.below(text.length + 1)].sort((a, b) => a - b) as [number, number];
  const piece = text.slice(from, Math.min(to, from + 200));
  const word = oneOf(random.chance(0.5) && words.length > 0 ? words : nastyTexts, random);
  const actions: (() => string)[] = [
    () => text.slice(0, from) + text.slice(to),
    () => text.slice(0, from) + word + text.slice(from),
    () => text.slice(0, from) + word + text.slice(Math.min(to, from + word.length)),
    () => text.slice(0, from) + piece.repeat(1 + random.below(200)) + text.slice(from),
    () => text.slice(0, from) + word.repeat(1 + random.below(2000)) + text.slice(from),
    () => text.slice(0, from) + String.fromCharCode(random.below(random.chance(0.9) ? 256 : 65_536)) + text.slice(from + 1),
    () => text.slice(0, from) + oneOf(others, random).slice(random.below(200)),
    () => text.replace(/\d+/g, (number) => (random.chance(0.3) ? JSON.stringify(oneOf(nastyValues, random)) : number)),
    () => text.slice(0, from),
  ];
  return oneOf(actions, random)();
}

/** With one value replaced, removed, doubled, or put under another key; undefined if it is no JSON. Only the last line of several is looked at. */
function mutatedJson(text: string, random: Randomness): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    const [, before = '', json = ''] = /^([^[{]*)(.*)$/s.exec(lines[at]!) ?? [];
    if (lines.length < 2 || json === '') return undefined;
    const mutated = mutatedJson(json, random);
    return mutated === undefined ? undefined : lines.with(at, before + mutated).join('\n');
  }
  const places = placesIn(value);
  if (places.length === 0) return JSON.stringify(oneOf(nastyValues, random));
  const { holder, key } = oneOf(places, random);
  const nasty = oneOf(nastyValues, random);
  if (Array.isArray(holder)) {
    const index = Number(key);
    const choice = random.below(4);
    if (choice === 0) holder[index] = nasty;
    else if (choice === 1) holder.splice(index, 1);
    else if (choice === 2) holder.splice(index, 0, holder[index]);
    else holder.splice(index, 0, nasty);
  } else {
    const choice = random.below(5);
    const kept = holder[key];
    if (choice === 0) delete holder[key];
    else if (choice === 1) setOwn(holder, oneOf(nastyKeys, random), kept);
    else if (choice === 2) holder[key] = oneOf(places, random).holder;
    else holder[key] = nasty;
  }
  try {
    return JSON.stringify(value);
  } catch {
    // A circle.
    return text;
  }
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function placesIn(value: unknown, places: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || places.length > 5000) return places;
  for (const [key, inner] of Object.entries(value)) {
    places.push({ holder: value as Place['holder'], key });
    placesIn(inner, places);
  }
  return places;
}

/** A key of its own, whatever its name. */
function setOwn(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = [value];
  return value;
}

const oneOf = <T>(list: readonly T[], random: Randomness): T => list[random.below(list.length)]!;
