import { ProxyError } from './proxy-error.js';

/** One request on its way. */
export interface OpenRequest extends Disposable {
  /** Aborted when the client goes away, when it takes too long, and when the proxy stops for good. */
  readonly signal: AbortSignal;
  readonly clientIsGone: boolean;
  /** Why we ended it ourselves; undefined if we did not. */
  readonly ended: ProxyError | undefined;
}

/** Keeps count of the requests that are on their way, and ends them. */
export class OpenRequests {
  readonly #timeoutMs: number;
  readonly #open = new Set<{ readonly end: (because: ProxyError) => void }>();
  #whenNone: (() => void) | undefined;
  stopping = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Throws a 503 once the proxy is stopping. */
  begin(client: AbortSignal): OpenRequest {
    if (this.stopping) throw closing();
    const controller = new AbortController();
    let ended: ProxyError | undefined;
    const end = (because: ProxyError) => {
      ended ??= because;
      controller.abort(because);
    };
    const clientGone = () => controller.abort(new Error('the client went away'));
    const entry = { end };
    const timer = setTimeout(() => end(tooLong(this.#timeoutMs)), this.#timeoutMs);
    this.#open.add(entry);
    client.addEventListener('abort', clientGone, { once: true });
    if (client.aborted) clientGone();
    return {
      signal: controller.signal,
      get clientIsGone() {
        return client.aborted;
      },
      get ended() {
        return ended;
      },
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        client.removeEventListener('abort', clientGone);
        if (this.#open.delete(entry) && this.#open.size === 0) this.#whenNone?.();
      },
    };
  }

  /** Lets nobody in any more and waits until all are done; what is left after `graceMs` is ended, and gets a moment to say so. */
  async drain(graceMs: number): Promise<void> {
    this.stopping = true;
    if (await this.#noneWithin(graceMs)) return;
    for (const { end } of this.#open) end(closing());
    await this.#noneWithin(1000);
  }

  async #noneWithin(ms: number): Promise<boolean> {
    if (this.#open.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#whenNone = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    return this.#open.size === 0;
  }
}

const closing = () =>
  new ProxyError(503, 'closing', 'The proxy is stopping.', {
    headers: { 'retry-after': '1', 'x-should-retry': 'true', connection: 'close' },
  });

const tooLong = (ms: number) => new ProxyError(504, 'request_timeout', `The request took longer than ${ms} ms.`);
