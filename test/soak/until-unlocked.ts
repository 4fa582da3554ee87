import { setTimeout as pause } from 'node:timers/promises';
import { DurableFlowError } from 'durableflow';

/** Carries out a write as soon as the file can be written: a process that is stopped in the middle of a commit keeps it from all others. */
export async function untilUnlocked<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof DurableFlowError && error.code === 'DF_STORE_LOCKED')) throw error;
      await pause(200);
    }
  }
}
