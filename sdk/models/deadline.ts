import { ModelError } from '../errors/index.js';
import type { Clock } from '../runtime/clock.js';

/** Ends a call when its time is over or its caller gives it up, and knows which of the two it was. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #timeoutMs: number | undefined;
  readonly #caller: AbortSignal | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number | undefined, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    if (caller?.aborted) this.#giveUp();
    else caller?.addEventListener('abort', this.#giveUp, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** No time runs until the next `restart`. */
  pause(): void {
    this.#cancelTimer?.();
  }

  /** The full time again, counted from now. */
  restart(): void {
    this.pause();
    if (this.#timeoutMs === undefined || this.signal.aborted) return;
    this.#cancelTimer = this.#clock.after(this.#timeoutMs, () => {
      this.#controller.abort(new ModelError('timeout', `nothing came within ${this.#timeoutMs} ms`));
    });
  }

  /** The reason if it is over: a `ModelError` of kind `timeout` or `aborted`. */
  get failure(): ModelError | undefined {
    return this.signal.aborted ? (this.signal.reason as ModelError) : undefined;
  }

  /** Waits no longer than this deadline, even for something that does not heed the signal. */
  race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    return new Promise((resolve, reject) => {
      const over = () => reject(this.failure!);
      if (this.signal.aborted) return over();
      this.signal.addEventListener('abort', over, { once: true });
      work.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', over));
    });
  }

  [Symbol.dispose](): void {
    this.pause();
    this.#caller?.removeEventListener('abort', this.#giveUp);
  }

  readonly #giveUp = () => {
    const cause: unknown = this.#caller?.reason;
    // `AbortSignal.timeout()` of the caller.
    const kind = cause instanceof DOMException && cause.name === 'TimeoutError' ? 'timeout' : 'aborted';
    this.#controller.abort(cause instanceof ModelError ? cause : new ModelError(kind, 'the call was given up by its caller', { cause }));
  };
}
