import { toJson } from '../../cli/to-json.js';
import { describeError } from '../../cli/describe-error.js';
import { redactSecrets } from '../../telemetry/redact-secrets.js';
import type { ErrorWords, Json, Moment } from '../contract.js';

/** Of a larger value, as JSON, only the beginning is shown; approvals show everything. */
const longest = 100_000;
const beginning = 20_000;

/** Folders of machines; what an error says behind a host, or as a relative path, tells nothing of them. */
const absolutePath =
  /(?<![\w:/.-])(?:file:\/\/)?(?:\/(?:home|Users|root|tmp|private|var|usr|opt|etc|srv|mnt|work|workspace|app|data)\/(?:[^\s'"`:()/]+\/)*|[A-Za-z]:\\(?:[^\s'"`:()\\]+\\)*)(?=[^\s'"`:()]*)/g;

/** The whole value, as JSON. */
export const wholeValue = (value: unknown): Json => toJson(value) as Json;

/** The value as JSON, cut if it is very long. */
export function shownValue(value: unknown): Json {
  const whole = wholeValue(value);
  const text = JSON.stringify(whole);
  return text.length <= longest ? whole : `${text.slice(0, beginning)} … (${text.length - beginning} more characters are not shown)`;
}

/** An error without its stack, the folders of the machine it came up on, and what looks like a secret. */
export function errorWords(error: unknown): ErrorWords {
  const { code, what, fix } = describeError(error);
  return { code, what: withoutFolders(redactSecrets(what)), fix: fix ?? null };
}

/** The text with `…/name` in the place of every absolute path. */
export const withoutFolders = (text: string) => text.replace(absolutePath, '…/');

export const moment = (date: Date): Moment => date.toISOString();
export const maybeMoment = (date: Date | undefined): Moment | null => date?.toISOString() ?? null;
