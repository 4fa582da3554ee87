import ms from 'ms';
import { DurableFlowError } from '../errors/index.js';

/** A length of time: milliseconds, or a number with its unit, such as `'250ms'`, `'10s'`, `'5m'`, `'24h'`, `'3d'`, `'2w'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** The duration in whole milliseconds. Throws `DF_INVALID_INPUT`, naming `what`, for anything that is not a length of time. */
export function milliseconds(duration: Duration, what: string): number {
  const value = typeof duration === 'string' && duration.length > 0 && duration.length <= 100 ? ms(duration as ms.StringValue) : duration;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new DurableFlowError('DF_INVALID_INPUT', `${what} is not a duration: ${JSON.stringify(duration)}`);
  }
  return Math.round(value);
}
