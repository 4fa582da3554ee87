import { DurableFlowError } from '../../errors/index.js';
import type { JournalRecord } from '../../journal/index.js';
import type { BodyInput, MethodCall, Outcome } from '../call.js';
import type { CallHost } from '../call-host.js';
import { retryDelay } from '../retry-delay.js';
import { attempt, checkOutput, isRetryable } from './attempt.js';

/** Runs the body until it succeeds or its attempts are used up. */
export async function performStep(host: CallHost, call: MethodCall, input: BodyInput): Promise<Outcome> {
  const { method } = call;
  const { clock, random, telemetry, errors, payloads } = host.ports;
  const startedAt = clock.now();
  for (let number = 1; ; number++) {
    // What can be undone may not be forgotten half-way.
    if (method.compensate !== undefined) host.holdOpen(call);
    let commit: Promise<JournalRecord> | undefined;
    let over = false;
    let committed!: () => void;
    const transact = async (work: Parameters<CallHost['transact']>[3]) => {
      if (over) throw new DurableFlowError('DF_INVALID_INPUT', `transaction() was called after the body of ${method.id} had ended`);
      if (commit) throw new DurableFlowError('DF_INVALID_INPUT', `transaction() was called twice in the body of ${method.id}`);
      commit = host.transact(call, number, startedAt, work);
      commit.then(committed, () => (commit = undefined));
      return commit;
    };
    try {
      // The transaction is the record: what comes after it in the body is not waited for, so that others cannot get ahead of it.
      const returned = await new Promise<unknown>((resolve, reject) => {
        committed = () => resolve(undefined);
        Promise.resolve(attempt(host, call, input, { number, transact })).then(
          (value) => {
            over = true;
            resolve(value);
          },
          (error: unknown) => {
            over = true;
            reject(error);
          },
        );
      });
      if (commit) return { kind: 'committed', record: await commit };
      const value = method.output ? await checkOutput(method, returned) : returned;
      return { kind: 'returned', value: payloads.encode(value, `what ${method.id} returned`), attempts: number };
    } catch (error) {
      // The transaction is the record; whatever the body did after it cannot undo it.
      const committed = await commit?.catch(() => undefined);
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
