import { DurableFlowError } from '../errors/index.js';
import { PayloadLimit } from '../journal/index.js';
import type { LogEntry } from './log-entry.js';

const MiB = 1024 * 1024;

/** A message between the server and a worker has at most 32 MiB, and one that has more is tried again for ever. */
export const mostBatchBytes = 24 * MiB;
/** An entry travels together with what others are told of it, which may be the same once more. */
export const mostEntryBytes = 14 * MiB;
/** How a run ends is told thrice: in its log, to its parent, and as its result. The same holds of all values, so that any may be a result. */
export const mostValueBytes = 10 * MiB;
/** What a client says in one message: what a run begins with, or an event. */
export const mostOrderBytes = 15 * MiB;

/** A UTF-16 unit takes at most so many bytes of JSON: a control character is written as six letters. */
const bytesPerUnit = 6;

/** How many bytes this takes as JSON. */
export const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');

/** The limit of the flow, and that of the server besides: a value is a text in JSON there. */
export class RestatePayloads extends PayloadLimit {
  readonly #own: PayloadLimit;

  constructor(own: PayloadLimit) {
    super(Infinity);
    this.#own = own;
  }

  override refusal(encoded: string, what: string): DurableFlowError | undefined {
    const refusal = this.#own.refusal(encoded, what);
    if (refusal || encoded.length * bytesPerUnit <= mostValueBytes) return refusal;
    return tooLarge(what, jsonBytes(encoded), mostValueBytes);
  }
}

/** What is to be said of an entry that cannot be sent; undefined if it can. Errors and notes have no limit of their own. */
export function entryRefusal(entry: LogEntry, bytes: number): DurableFlowError | undefined {
  const most = entry.verb === 'finish' ? mostValueBytes : mostEntryBytes;
  return tooLarge(`an entry (${entry.verb}) of the run's log`, bytes, most);
}

/** What is to be said of a message of a client that cannot be sent. */
export const orderRefusal = (what: string, body: unknown) => tooLarge(what, jsonBytes(body), mostOrderBytes);

function tooLarge(what: string, bytes: number, most: number): DurableFlowError | undefined {
  if (bytes <= most) return undefined;
  return new DurableFlowError('DF_PAYLOAD_TOO_LARGE', `${what} would take ${bytes} bytes on a Restate server; ${most} are the most`, {
    details: { bytes, most },
  });
}
