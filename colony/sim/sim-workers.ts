import { Worker } from 'node:worker_threads';
import type { ArmRun } from '../measures/arm-run.js';
import type { WorkerTask, WorkerAnswer } from './sim-worker.js';

interface Idle {
  readonly worker: Worker;
}

interface Waiting {
  readonly task: WorkerTask;
  readonly resolve: (runs: readonly ArmRun[]) => void;
  readonly reject: (error: unknown) => void;
}

/** From sources or from a package, the file beside this one. */
const script = new URL(import.meta.url.endsWith('.ts') ? './sim-worker.ts' : './sim-worker.js', import.meta.url);

/** Threads that simulate batches of the pipeline. */
export class SimWorkers {
  readonly size: number;
  readonly #idle: Idle[];
  readonly #waiting: Waiting[] = [];

  constructor(size: number) {
    this.size = size;
    this.#idle = Array.from({ length: size }, () => ({ worker: new Worker(script) }));
  }

  run(task: WorkerTask): Promise<readonly ArmRun[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    const idle = this.#idle.pop();
    if (!idle) return;
    const waiting = this.#waiting.shift();
    if (!waiting) return void this.#idle.push(idle);
    const { worker } = idle;
    const settle = (answer: WorkerAnswer | Error) => {
      worker.off('message', settle).off('error', settle);
      if (answer instanceof Error) return waiting.reject(answer);
      this.#idle.push(idle);
      if ('failure' in answer) waiting.reject(answer.failure);
      else waiting.resolve(answer.runs);
      return this.#next();
    };
    worker.on('message', settle).on('error', settle);
    worker.postMessage(waiting.task);
  }
}
