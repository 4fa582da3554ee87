import { InvalidArgumentError } from 'commander';
import { milliseconds, type Duration } from '../definition/duration.js';

/** A whole number from 1, as commander parses an argument. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  return text === '0' ? 0 : positiveInteger(text);
}

/** A port to listen on; 0 for any that is free. */
export function portNumber(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return number;
}

/** A number above 0, which may have a fraction. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

/** A length of time with its unit. */
export function duration(text: string): Duration {
  if (!/^\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text))
    throw new InvalidArgumentError('It must be a number with its unit, such as 12h, 30d or 8w.');
  milliseconds(text as Duration, 'it');
  return text as Duration;
}

/** A moment, as the command line prints it. */
export function moment(text: string): Date {
  const date = new Date(text);
  // By itself, "1" would be a day in 2001.
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a time, such as 2026-03-02T09:00:00.000Z.');
  return date;
}

/** A value in JSON. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON: ${(error as Error).message}.`);
  }
}

/** An array in JSON. */
export function jsonList(text: string): readonly unknown[] {
  const value = jsonValue(text);
  if (Array.isArray(value)) return value;
  throw new InvalidArgumentError('It must be a JSON array.');
}

/** Help on a command by example. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  return `\nExamples:\n${lines.map(([command, meaning]) => `  # ${meaning}\n  $ durableflow ${command}`).join('\n')}`;
}
