import pc from 'picocolors';

type Colours = ReturnType<typeof pc.createColors>;

/** Colours for a stream: none if it is no terminal, or the user wants none (https://no-color.org). */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  return pc.createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')));
}

/** Text of strangers without what a terminal would obey, or what would show it in another order than it is. */
export const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '');

/** Cut or filled up to a width, in characters. */
export function fit(text: string, width: number): string {
  const characters = Array.from(printable(text).replace(/\s+/g, ' '));
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : characters.join('').padEnd(width);
}

export const dollars = (amount: number): string => `$${amount.toFixed(5)}`;

export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;
