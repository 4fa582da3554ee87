import { setTimeout as wait } from 'node:timers/promises';
import { milliseconds, type Duration } from '../../definition/duration.js';
import { encode } from '../../journal/index.js';
import type { CallHost } from '../call-host.js';
import type { Call, Outcome } from '../call.js';
import { tellWaited } from '../tell-waited.js';
import { currentExecution } from './current-execution.js';

/**
 * Waits, for seconds or for months: a sleeping run takes no memory, and wakes on time even if the process has been
 * replaced since. Outside the engine it is an ordinary timer.
 *
 * @example
 * ```ts
 * import { sleep } from 'durableflow';
 * await sleep('5ms');
 * console.log('awake'); // awake
 * ```
 */
export async function sleep(duration: Duration): Promise<void> {
  const ms = milliseconds(duration, 'the argument of sleep()');
  const execution = currentExecution('sleep');
  if (execution) await execution.ask('sleep', ms, (call) => performSleep(execution.writer, call, ms));
  else await wait(ms);
}

async function performSleep(host: CallHost, call: Call, ms: number): Promise<Outcome> {
  const { store, clock } = host.ports;
  const known = host.wait(call.index);
  const since = clock.now();
  const wakeAt = known?.wakeAt ?? since + ms;
  // Not awaited: the wait and the parking that usually follows share one commit.
  if (!known) void host.written(store.wait(host.lease, { call: call.index, name: call.name, digest: call.digest, wakeAt, since }));
  const over = () => clock.now() >= wakeAt;
  if (!over()) await host.waitFor({ call: call.index, status: 'waiting', wakeAt, over });
  tellWaited(host, call, { kind: 'sleep', since: known?.since ?? since, until: wakeAt });
  return { kind: 'returned', value: encode(undefined, 'sleep'), attempts: 0, receipt: { wait: true } };
}
