import { ModelError } from '../errors/index.js';
import type { RetryDefinition } from '../definition/method-definition.js';

/** How long to wait before the next attempt: full jitter below a doubling ceiling, or what the other side asked for. */
export function retryDelay(policy: RetryDefinition, attempt: number, error: unknown, now: number, random: () => number): number {
  const ceiling = Math.min(policy.maxDelay, policy.initialDelay * 2 ** (attempt - 1));
  return retryAfter(error, now) ?? Math.round(random() * ceiling);
}

/** The `Retry-After` header of an HTTP error, in milliseconds: seconds or a date, in a plain object or `Headers`. */
function retryAfter(error: unknown, now: number): number | undefined {
  if (error instanceof ModelError) return error.retryAfterMs;
  const { headers } = (error ?? {}) as { headers?: unknown };
  if (typeof headers !== 'object' || headers === null) return undefined;
  const value = headers instanceof Headers ? headers.get('retry-after') : (headers as Record<string, unknown>)['retry-after'];
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
