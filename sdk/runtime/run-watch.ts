import { decode, type ErrorRegistry } from '../journal/index.js';
import { isEnded, type RunRecord, type Store } from '../store/index.js';

interface Watcher {
  readonly runId: string;
  readonly until: (run: RunRecord) => boolean;
  readonly resolve: (run: RunRecord) => void;
  readonly reject: (error: unknown) => void;
  readonly unwatch: (() => void) | undefined;
}

/** Lets callers wait for what becomes of a run, whichever process executes it. Nothing is asked twice without a reason to. */
export class RunWatch {
  readonly #store: Store;
  readonly #watchers = new Map<string, Set<Watcher>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The run, once `until` is true of it. */
  wait(run: RunRecord, until: (run: RunRecord) => boolean): Promise<RunRecord> {
    if (until(run)) return Promise.resolve(run);
    return new Promise((resolve, reject) => {
      const watchers = this.#watchers.get(run.id) ?? new Set();
      this.#watchers.set(run.id, watchers);
      watchers.add({ runId: run.id, until, resolve, reject, unwatch: this.#store.watch?.(run.id) });
    });
  }

  /** Something may have happened to this run. */
  check(runId: string): void {
    const watchers = this.#watchers.get(runId);
    if (!watchers) return;
    const run = this.#store.run(runId);
    for (const watcher of watchers) {
      if (!run || !watcher.until(run)) continue;
      this.#remove(watcher);
      watcher.resolve(run);
    }
  }

  /** Another process has written something. */
  checkAll(): void {
    for (const runId of [...this.#watchers.keys()]) this.check(runId);
  }

  /** The run cannot go on here; whoever waits for it is told why. */
  fail(runId: string, error: unknown): void {
    for (const watcher of this.#watchers.get(runId) ?? []) {
      this.#remove(watcher);
      watcher.reject(error);
    }
  }

  failAll(error: unknown): void {
    for (const runId of [...this.#watchers.keys()]) this.fail(runId, error);
  }

  #remove(watcher: Watcher): void {
    watcher.unwatch?.();
    const watchers = this.#watchers.get(watcher.runId);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(watcher.runId);
  }
}

/** What an ended run returned; throws what it ended with. */
export function outputOf(run: RunRecord, errors: ErrorRegistry): unknown {
  if (run.status === 'completed') return decode(run.outcome!);
  throw errors.decode(run.outcome!);
}

/** Neither about to be executed nor being executed. */
export const isAtRest = (run: RunRecord): boolean => isEnded(run.status) || run.status === 'waiting' || run.status === 'in_doubt';
