import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DurableFlowError } from '../../sdk/errors/index.js';
import type { ArmRun } from '../measures/arm-run.js';
import type { SimAnswer, SimTask } from './sim-process.js';

interface Waiting {
  readonly task: SimTask;
  readonly resolve: (runs: readonly ArmRun[]) => void;
  readonly reject: (error: unknown) => void;
}

/** From sources or from a package, the file beside this one. */
const script = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './sim-process.ts' : './sim-process.js', import.meta.url));

/** In megabytes. A batch leaves much behind that nobody needs, and the fewer collections find it, the less is looked at. */
const youngSpace = '--max-semi-space-size=64';

/** Processes that simulate batches of the pipeline. */
export class SimProcesses {
  readonly size: number;
  readonly #all: readonly ChildProcess[];
  readonly #idle: ChildProcess[];
  readonly #waiting: Waiting[] = [];

  constructor(size: number) {
    this.size = size;
    this.#all = Array.from({ length: size }, () =>
      fork(script, [], { serialization: 'advanced', execArgv: [...process.execArgv, youngSpace] }),
    );
    this.#idle = [...this.#all];
  }

  run(task: SimTask): Promise<readonly ArmRun[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#next();
    });
  }

  /** A process whose channel is closed ends by itself. */
  close(): void {
    for (const child of this.#all) if (child.connected) child.disconnect();
  }

  #next(): void {
    const child = this.#idle.at(-1);
    const waiting = child && this.#waiting.shift();
    if (!waiting) return;
    this.#idle.pop();
    const settle = () => child.off('message', answered).off('exit', died);
    const answered = (answer: unknown) => {
      settle();
      this.#idle.push(child);
      const { runs, failure } = answer as SimAnswer;
      if (runs) waiting.resolve(runs);
      else waiting.reject(new DurableFlowError('DF_COLONY_JOB', failure));
      this.#next();
    };
    const died = (code: number | null, signal: string | null) => {
      settle();
      waiting.reject(new DurableFlowError('DF_COLONY_JOB', `a process that simulated ended with ${signal ?? `code ${code}`}`));
    };
    child.on('message', answered).on('exit', died);
    child.send(waiting.task);
  }
}
