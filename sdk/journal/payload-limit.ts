import { DurableFlowError } from '../errors/index.js';
import { encode } from './codec.js';

/** The longest that a value may be when it is encoded, in bytes, if nobody says otherwise: 16 MiB. */
export const defaultPayloadBytes = 16 * 1024 * 1024;

/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const bytesPerUnit = 3;

/**
 * Encodes values, but none that is so large that it would hold up the process. A value is encoded, digested, written and
 * decoded in one go, about 0.1 s for each megabyte, and meanwhile no timeout, heartbeat or other run gets its turn.
 */
export class PayloadLimit {
  readonly #maxBytes: number;

  /** Throws `DF_INVALID_INPUT` if `maxBytes` is no number above 0. */
  constructor(maxBytes: number = defaultPayloadBytes) {
    if (typeof maxBytes !== 'number' || !(maxBytes > 0))
      throw new DurableFlowError('DF_INVALID_INPUT', `maxPayloadBytes must be a number above 0, or Infinity, not ${String(maxBytes)}`);
    this.#maxBytes = maxBytes;
  }

  /** Throws `DF_UNSERIALISABLE` and `DF_PAYLOAD_TOO_LARGE`; `what` names the value in the message. */
  encode(value: unknown, what: string): string {
    const encoded = encode(value, what);
    const refusal = this.refusal(encoded, what);
    if (refusal) throw refusal;
    return encoded;
  }

  /** What is to be said of an encoded value that is too large; undefined if it is not. */
  refusal(encoded: string, what: string): DurableFlowError | undefined {
    if (encoded.length * bytesPerUnit <= this.#maxBytes) return undefined;
    const bytes = Buffer.byteLength(encoded);
    if (bytes <= this.#maxBytes) return undefined;
    return new DurableFlowError(
      'DF_PAYLOAD_TOO_LARGE',
      `${what} would take ${bytes} bytes in the journal; ${this.#maxBytes} are the most (maxPayloadBytes)`,
      { details: { bytes, maxPayloadBytes: this.#maxBytes } },
    );
  }
}
