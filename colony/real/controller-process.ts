import { DurableFlowError } from '../../sdk/errors/index.js';
import { seconds } from '../time.js';
import { RealBatch, type BatchProgress } from './real-batch.js';

/** What a controller tells whoever has started it. */
export type ControllerWord = { readonly is: 'begun' } | { readonly is: 'progress'; readonly progress: BatchProgress };

/** Exit codes of a controller: the batch came to its end, something is broken, it was told to stop. */
export const controllerExits = { done: 0, broken: 1, stopped: 130 } as const;

/**
 * The whole life of a controller's process: it takes the batch in the folder that is its first argument to its end. On SIGINT and
 * SIGTERM, and when whoever has started it is gone, it ends all machines, says how far it was, and leaves the rest to another
 * controller.
 */
export async function runController(): Promise<void> {
  const tell = (word: ControllerWord) => {
    if (process.connected) process.send!(word, () => {});
  };
  const batch = new RealBatch(process.argv[2]!, (progress) => tell({ is: 'progress', progress }));
  let isStopped = false;
  const stop = (why: string) => {
    isStopped = true;
    batch.stop(new DurableFlowError('DF_COLONY_PROCESS', `the batch was stopped (${why}) ${inWords(batch.progress)}`));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  process.once('disconnect', () => stop('nobody waits for it any more'));
  try {
    tell({ is: 'begun' });
    await batch.run();
    process.exit(controllerExits.done);
  } catch (error) {
    process.stderr.write(`${error instanceof DurableFlowError ? error.message : String((error as Error).stack)}\n`);
    process.exit(isStopped ? controllerExits.stopped : controllerExits.broken);
  }
}

function inWords({ at, jobs, landed }: BatchProgress): string {
  const all = Object.values(jobs).reduce((sum, count) => sum + count, 0);
  return `after ${seconds(at).toFixed(1)} s, with ${jobs.done} of ${all} jobs done and ${landed} losses landed; all its machines were ended`;
}
