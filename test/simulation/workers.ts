import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Batch, BatchResult } from './batch.js';

/** After so many batches another process takes over, so that a million cases take no more memory than a few. */
const lifetime = 20;

/** Has batches tried by processes of their own, until one fails. */
export async function tryAll(
  batches: Iterable<Batch>,
  workers: number,
  onResult: (batch: Batch, result: BatchResult) => void,
): Promise<void> {
  const left = batches[Symbol.iterator]();
  let failed = false;
  const work = async () => {
    for (let isLeft = true; isLeft && !failed;) isLeft = await useOne();
  };
  const useOne = async () => {
    const worker = fork(new URL('batch-process.ts', import.meta.url));
    try {
      for (let batches = 0; batches < lifetime; batches++) {
        const next = left.next();
        if (next.done || failed) return false;
        const result = await answerOf(worker, next.value);
        if (failed) return false;
        failed = result.failure !== undefined;
        onResult(next.value, result);
      }
      return true;
    } finally {
      worker.disconnect();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

async function answerOf(worker: ChildProcess, batch: Batch): Promise<BatchResult> {
  const died = new AbortController();
  const onExit = () => died.abort();
  worker.once('exit', onExit);
  try {
    worker.send(batch);
    const [result] = (await once(worker, 'message', { signal: died.signal })) as [BatchResult];
    return result;
  } catch (cause) {
    throw new Error(`the process that tried seed ${batch.seed} has ended`, { cause });
  } finally {
    worker.off('exit', onExit);
  }
}
