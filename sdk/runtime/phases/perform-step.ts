import { encode, type JournalRecord } from '../../journal/index.js';
import type { MethodCall, Outcome } from '../call.js';
import type { CallHost } from '../call-host.js';
import { retryDelay } from '../retry-delay.js';
import { attempt, checkOutput, isRetryable } from './attempt.js';

/** Runs the body until it succeeds or its attempts are used up. */
export async function performStep(host: CallHost, call: MethodCall, args: readonly unknown[]): Promise<Outcome> {
  const { method } = call;
  const { clock, random, telemetry, errors } = host.ports;
  const startedAt = clock.now();
  for (let number = 1; ; number++) {
    let committed: JournalRecord | undefined;
    try {
      const transact = async (work: Parameters<CallHost['transact']>[3]) =>
        (committed = await host.transact(call, number, startedAt, work));
      const value = await checkOutput(method, await attempt(host, call, args, { number, transact }));
      if (committed) return { kind: 'committed', record: committed };
      return { kind: 'returned', value: encode(value, `what ${method.id} returned`), attempts: number };
    } catch (error) {
      // The transaction is the record; whatever the body did after it cannot undo it.
      if (committed) return { kind: 'committed', record: committed };
      const last = number >= method.retry.maxAttempts || !isRetryable(error);
      const retryInMs = last ? undefined : retryDelay(method.retry, number, error, clock.now(), random);
      telemetry.emit('attempt.failed', host.subject, {
        call: call.index,
        method: call.name,
        attempt: number,
        error: String(error),
        retryInMs,
      });
      if (retryInMs === undefined) return { kind: 'threw', value: errors.encode(error), attempts: number };
      await host.delay(call, retryInMs);
    }
  }
}
