import { DevalueError, parse, stringify } from 'devalue';
import { DurableFlowError } from '../errors/index.js';

/**
 * Encodes a value as text: JSON plus Date, Map, Set, BigInt, typed arrays and undefined. Throws `DF_UNSERIALISABLE`
 * with the path of what cannot be encoded; `what` names the value in the message.
 */
export function encode(value: unknown, what: string): string {
  try {
    return stringify(value);
  } catch (error) {
    const path = error instanceof DevalueError ? error.path : '';
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new DurableFlowError(
      'DF_UNSERIALISABLE',
      `${what} cannot be made durable${path && ` at ${path.replace(/^\./, '')}`}: ${reason}`,
      {
        details: { path: path.replace(/^\./, '') },
        cause: error,
      },
    );
  }
}

/** The value that `encode` made this text from: equal to it, and sharing nothing with it. Throws `DF_STORE_CORRUPT` if `encode` made no such text. */
export function decode(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new DurableFlowError('DF_STORE_CORRUPT', 'a recorded value cannot be decoded', { cause });
  }
}
