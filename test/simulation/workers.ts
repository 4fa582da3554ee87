import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Batch, BatchResult } from './batch.js';

/** Has batches tried by processes of their own, until one fails. */
export async function tryAll(
  batches: Iterable<Batch>,
  workers: number,
  onResult: (batch: Batch, result: BatchResult) => void,
): Promise<void> {
  const left = batches[Symbol.iterator]();
  let failed = false;
  const work = async () => {
    const worker = fork(new URL('batch-process.ts', import.meta.url));
    try {
      for (let next = left.next(); !next.done && !failed; next = left.next()) {
        const result = await answerOf(worker, next.value);
        if (failed) return;
        failed = result.failure !== undefined;
        onResult(next.value, result);
      }
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
