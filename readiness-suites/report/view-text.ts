import { plain } from '../../sdk/cli/render/plain.js';
import { boundedText } from './bounded.js';

/** A text of the evidence on one line, bounded, with nothing in it that a terminal would obey. */
export const viewText = (text: string, longest = 400) => plain(boundedText(text, longest));

export const words = (id: string) => viewText(id.replaceAll('_', ' '), 80);

/** `1 trial`, `3 trials`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

export function milliseconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

export const capitalised = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
