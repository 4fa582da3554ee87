import { DurableFlowError } from '../errors/index.js';
import { decode, type ErrorRegistry } from '../journal/index.js';
import { isEnded, type RunRecord, type Store } from '../store/index.js';

/** How a run has ended. */
export type RunEnd = Pick<RunRecord, 'status' | 'outcome'>;

interface Watcher {
  readonly until: (run: RunRecord) => boolean;
  /** Its end is all that is asked for, so that it can be told without being read. */
  readonly endOnly: boolean;
  readonly resolve: (run: never) => void;
  readonly reject: (error: unknown) => void;
  readonly unwatch: (() => void) | undefined;
}

/** Lets callers wait for what becomes of a run, whichever process executes it. Nothing is asked twice without a reason to. */
export class RunWatch {
  readonly #store: Store;
  readonly #get: (runId: string) => RunRecord;
  readonly #isExecuted: (runId: string) => boolean;
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** Runs that are waited for and were not read, because they are executed here. */
  readonly #unread = new Set<string>();

  /**
   * @param get reads a run; throws if there is none
   * @param isExecuted whether a run is executed in this process, which will tell of its end
   */
  constructor(store: Store, get: (runId: string) => RunRecord, isExecuted: (runId: string) => boolean) {
    this.#store = store;
    this.#get = get;
    this.#isExecuted = isExecuted;
  }

  /** How the run has ended, once it has. */
  end(runId: string): Promise<RunEnd> {
    return this.#wait(runId, ({ status }) => isEnded(status), true);
  }

  /** The run, once it has ended or waits for somebody. */
  rest(runId: string): Promise<RunRecord> {
    return this.#wait(runId, isAtRest, false);
  }

  async #wait<T>(runId: string, until: (run: RunRecord) => boolean, endOnly: boolean): Promise<T> {
    if (this.#isExecuted(runId)) this.#unread.add(runId);
    else {
      const run = this.#get(runId);
      if (until(run)) return run as T;
    }
    return new Promise((resolve, reject) => {
      const watchers = this.#watchers.get(runId) ?? new Set();
      this.#watchers.set(runId, watchers);
      watchers.add({ until, endOnly, resolve, reject, unwatch: this.#store.watch?.(runId) });
    });
  }

  /** A run of this process has ended. */
  ended(runId: string, end: RunEnd): void {
    const watchers = this.#watchers.get(runId);
    if (!watchers) return;
    for (const watcher of watchers) if (watcher.endOnly) this.#settle(runId, watcher, end);
    this.check(runId);
  }

  /** Something may have happened to this run. */
  check(runId: string): void {
    this.#unread.delete(runId);
    const watchers = this.#watchers.get(runId);
    if (!watchers) return;
    const run = this.#store.run(runId);
    // It has ended, and been deleted since.
    if (!run) return this.fail(runId, unknownRun(runId));
    for (const watcher of watchers) if (watcher.until(run)) this.#settle(runId, watcher, run);
  }

  /**
   * Looks at what has not been read when somebody began to wait for it: a process that has lost a run without knowing may hold it still, while the run
   * has long ended elsewhere.
   */
  checkUnread(): void {
    for (const runId of [...this.#unread]) this.check(runId);
  }

  /** Another process has written something. */
  checkAll(): void {
    for (const runId of [...this.#watchers.keys()]) this.check(runId);
  }

  /** The run cannot go on here; whoever waits for it is told why. */
  fail(runId: string, error: unknown): void {
    for (const watcher of this.#watchers.get(runId) ?? []) {
      this.#remove(runId, watcher);
      watcher.reject(error);
    }
  }

  failAll(error: unknown): void {
    for (const runId of [...this.#watchers.keys()]) this.fail(runId, error);
  }

  #settle(runId: string, watcher: Watcher, run: RunEnd): void {
    this.#remove(runId, watcher);
    watcher.resolve(run as never);
  }

  #remove(runId: string, watcher: Watcher): void {
    watcher.unwatch?.();
    const watchers = this.#watchers.get(runId);
    watchers?.delete(watcher);
    if (watchers?.size !== 0) return;
    this.#watchers.delete(runId);
    this.#unread.delete(runId);
  }
}

export const unknownRun = (id: string) => new DurableFlowError('DF_UNKNOWN_RUN', `there is no run "${id}"`, { details: { runId: id } });

/** What an ended run returned; throws what it ended with. */
export function outputOf({ status, outcome }: RunEnd, errors: ErrorRegistry): unknown {
  if (status === 'completed') return decode(outcome!);
  throw errors.decode(outcome!);
}

/** Neither about to be executed nor being executed. */
const isAtRest = (run: RunRecord): boolean => isEnded(run.status) || run.status === 'waiting' || run.status === 'in_doubt';
