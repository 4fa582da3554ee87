import type { DurableFlow } from '../index.js';

/** No others: a process takes up what it has room for, but resume() asks for a run by name. */
export const executesByName = { maxConcurrentRuns: 0 };

/** How often to look whether the run was woken in the moment in which it came to rest, in milliseconds. */
const lookAgain = 100;

/** Executes the run here until it has ended or is at rest. */
export async function settle(flow: DurableFlow, id: string): Promise<void> {
  const run = await flow.resume(id);
  const timer = setInterval(() => {
    if (run.view().status === 'pending') void flow.resume(id).catch(() => {});
  }, lookAgain);
  try {
    await run.settled();
  } finally {
    clearInterval(timer);
  }
}
