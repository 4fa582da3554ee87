import { setTimeout as sleep } from 'node:timers/promises';
import { processOf } from '../../sdk/runtime/index.js';
import type { ProcessIdentity } from './controller-log.js';

/** How long to wait before looking again, in milliseconds. */
const retryMs = 5;

/** Whether this very process of this host is alive: another one may have its pid by now. */
export function isAlive({ host, pid, processStart }: ProcessIdentity): boolean {
  const found = processOf(pid);
  return found?.host === host && found.processStart === processStart;
}

/** Ends a process with its group, stopped or not, and waits until it is gone. Does nothing to a process that merely has its pid. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) {
    try {
      process.kill(-identity.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
    await sleep(retryMs);
  }
}
