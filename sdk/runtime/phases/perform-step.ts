import { encode } from '../../journal/index.js';
import type { Call, Outcome } from '../call.js';
import type { CallHost } from '../call-host.js';
import { retryDelay } from '../retry-delay.js';
import { attempt, checkOutput, isRetryable } from './attempt.js';

/** Runs the body until it succeeds or its attempts are used up. */
export async function performStep(host: CallHost, call: Call, args: readonly unknown[]): Promise<Outcome> {
  const { method } = call;
  const { clock, random, telemetry, errors } = host.ports;
  for (let number = 1; ; number++) {
    try {
      const value = await checkOutput(method, await attempt(host, call, args, number));
      return { kind: 'returned', value: encode(value, `what ${method.id} returned`), attempts: number };
    } catch (error) {
      const last = number >= method.retry.maxAttempts || !isRetryable(error);
      const retryInMs = last ? undefined : retryDelay(method.retry, number, error, clock.now(), random);
      telemetry.emit('attempt.failed', host.subject, {
        call: call.index,
        method: method.id,
        attempt: number,
        error: String(error),
        retryInMs,
      });
      if (retryInMs === undefined) return { kind: 'threw', value: errors.encode(error), attempts: number };
      await host.delay(call.index, retryInMs);
    }
  }
}
