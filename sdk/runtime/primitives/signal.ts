import { milliseconds, type Duration } from '../../definition/duration.js';
import { describeIssues, type Schema } from '../../definition/schema.js';
import { DurableFlowError } from '../../errors/index.js';
import { decode } from '../../journal/index.js';
import type { SignalRecord } from '../../store/index.js';
import type { CallHost } from '../call-host.js';
import type { Call, Outcome } from '../call.js';
import { tellWaited } from '../tell-waited.js';
import { requireExecution } from './current-execution.js';

/** Options of `signal()`. */
export interface SignalOptions {
  /** Throws `DF_SIGNAL_TIMEOUT` after this time. No limit if absent. */
  readonly timeout?: Duration;
}

/**
 * Waits for a message from outside: the next one of this name that `flow.signal` has sent to the run, one sent earlier
 * included. A payload that the schema refuses is set aside, and the wait goes on. Each message is taken once.
 *
 * @example
 * ```ts
 * import { DurableFlow, signal, workflow } from 'durableflow';
 * import { z } from 'zod';
 *
 * @workflow({ name: 'order' })
 * class Order {
 *   async run() {
 *     const payment = await signal(z.object({ cents: z.number() }), 'paid');
 *     return payment.cents;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Order, () => new Order());
 * const run = await flow.start(Order);
 * await flow.signal(run.id, 'paid', { cents: 1200 });
 * console.log(await run.result()); // 1200
 * await flow.close();
 * ```
 */
export function signal<Output>(schema: Schema<Output>, name: string, options: SignalOptions = {}): Promise<Output> {
  if (typeof name !== 'string' || name === '') throw new DurableFlowError('DF_INVALID_INPUT', 'signal() needs a name');
  const timeout = options.timeout === undefined ? undefined : milliseconds(options.timeout, `the timeout of signal "${name}"`);
  const execution = requireExecution('signal');
  return execution.ask(`signal:${name}`, timeout, (call) =>
    performSignal(execution.writer, call, name, schema, timeout),
  ) as Promise<Output>;
}

async function performSignal(host: CallHost, call: Call, name: string, schema: Schema, timeout: number | undefined): Promise<Outcome> {
  const { store, clock, errors } = host.ports;
  const known = host.wait(call.index);
  const since = clock.now();
  const wakeAt = known ? known.wakeAt : timeout === undefined ? undefined : since + timeout;
  if (!known) void host.written(store.wait(host.lease, { call: call.index, name: call.name, digest: call.digest, wakeAt, since }));
  for (;;) {
    const message = next(host, name);
    if (message) {
      host.signalsSeen.add(message.id);
      const value = await accept(host, call, message, schema);
      if (value === undefined) continue;
      tellWaited(host, call, { kind: 'signal', since: known?.since ?? since, until: message.sentAt });
      return { kind: 'returned', value, attempts: 0, receipt: { wait: true, signal: message.id } };
    } else if (wakeAt !== undefined && clock.now() >= wakeAt) {
      tellWaited(host, call, { kind: 'signal', since: known?.since ?? since, until: wakeAt });
      const error = new DurableFlowError('DF_SIGNAL_TIMEOUT', `no signal "${name}" came within ${timeout} ms`, { details: { name } });
      return { kind: 'threw', value: errors.encode(error), attempts: 0, receipt: { wait: true } };
    } else {
      const over = () => next(host, name) !== undefined || (wakeAt !== undefined && clock.now() >= wakeAt);
      await host.waitFor({ call: call.index, status: 'waiting', wakeAt, over });
    }
  }
}

/** The oldest message of the name that no call has seen. */
function next(host: CallHost, name: string): SignalRecord | undefined {
  const messages = host.ports.store.signals(host.subject.id);
  return messages.find((message) => message.name === name && message.state === 'pending' && !host.signalsSeen.has(message.id));
}

/** The encoded payload as the schema parses it; undefined if it refuses it. */
async function accept(host: CallHost, call: Call, { id, name, payload }: SignalRecord, schema: Schema): Promise<string | undefined> {
  const result = await schema['~standard'].validate(decode(payload));
  if (!result.issues) return host.ports.payloads.encode(result.value, `the payload of signal "${name}"`);
  host.ports.telemetry.emit('signal.refused', host.subject, { call: call.index, name, issues: describeIssues(result.issues) });
  await host.written(host.ports.store.refuseSignal(host.lease, id));
  return undefined;
}
