import type { DurableFlow, RunView } from '../index.js';
import { DurableFlowError } from '../errors/index.js';

/** A run that was not taken up, and why. */
export interface LeftOver {
  readonly run: RunView;
  readonly error: unknown;
}

/** What became of the runs that were left behind. */
export interface Recovery {
  /** Ended, or at rest. */
  readonly settled: readonly RunView[];
  readonly leftOver: readonly LeftOver[];
}

/** More runs than this are not waited for at a time, so that a long list does not fill the memory. */
const atOnce = 64;
const everyRun = 2 ** 31 - 1;

/**
 * Takes up every run that was left behind, those that they start included, and waits until each has ended or is at rest.
 * `onProgress` is told how many of how many have.
 */
export async function recoverAll(
  flow: DurableFlow,
  register: () => Promise<void>,
  onProgress: (done: number, of: number) => void,
): Promise<Recovery> {
  // Listed before the classes are registered, because the engine begins at once.
  let fresh = leftBehind(flow);
  await register();
  const seen = new Set<string>();
  const settled: RunView[] = [];
  const leftOver: LeftOver[] = [];
  while (fresh.length > 0) {
    for (const id of fresh) seen.add(id);
    const queue = fresh.values();
    const worker = async () => {
      for (const id of queue) {
        try {
          settled.push(await settle(flow, id));
        } catch (error) {
          leftOver.push({ run: flow.run(id).view(), error });
        }
        onProgress(settled.length + leftOver.length, seen.size);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    fresh = leftBehind(flow).filter((id) => !seen.has(id));
  }
  return { settled, leftOver };
}

/** Runs that a process could execute now: begun and dropped, never begun, or due. */
function leftBehind(flow: DurableFlow): string[] {
  const list = (status: 'pending' | 'running' | 'waiting') => flow.runs({ status, limit: everyRun });
  const due = list('waiting').filter(({ wakeAt }) => wakeAt && wakeAt.getTime() <= Date.now());
  return [...list('running'), ...list('pending'), ...due].map(({ id }) => id);
}

async function settle(flow: DurableFlow, id: string): Promise<RunView> {
  try {
    return await (await flow.resume(id)).settled();
  } catch (error) {
    // It came to its end while others were resumed.
    if (error instanceof DurableFlowError && error.code === 'DF_RUN_ENDED') return flow.run(id).view();
    throw error;
  }
}
