import type { Finding } from '../../cli/findings.js';

/** Knows whether something has changed since it was last asked. */
export interface ChangeSource {
  changed(): boolean;
  /** What is wrong with it, beside what stands still in it. */
  findings?(): readonly Pick<Finding, 'severity' | 'what' | 'meaning'>[];
  close(): void;
}

/** At most two events a second. */
const interval = 500;
/** So that nobody between us and the browser takes the connection for dead. */
const keepAlive = 20_000;
/** More pages than this are not told; they see what is new when they are loaded again. */
const mostListeners = 64;

/** Tells open pages that something has changed, as server-sent events. */
export class Changes {
  readonly #watch: ChangeSource;
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #version = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #alive: NodeJS.Timeout;

  constructor(watch: ChangeSource) {
    this.#watch = watch;
    this.#timer = setInterval(() => this.#look(), interval);
    this.#alive = setInterval(() => this.#send(': still here\n\n'), keepAlive);
  }

  /** What the source says is wrong with it now. */
  findings(): ReturnType<NonNullable<ChangeSource['findings']>> {
    return this.#watch.findings?.() ?? [];
  }

  /** Another number after every change that was noticed. */
  get version(): number {
    return this.#version;
  }

  /** The body of an answer that goes on until the page is gone; undefined if there are too many already. */
  stream(): ReadableStream<Uint8Array> | undefined {
    if (this.#listeners.size >= mostListeners) return undefined;
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream({
      start: (controller) => {
        own = controller;
        this.#listeners.add(controller);
        // The page knows that it is heard, and that nothing before this moment is told.
        controller.enqueue(encoder.encode('retry: 2000\n\n'));
      },
      cancel: () => void this.#listeners.delete(own),
    });
  }

  close(): void {
    clearInterval(this.#timer);
    clearInterval(this.#alive);
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    this.#watch.close();
  }

  #look(): void {
    // Asked even if nobody listens, so that who comes next is not told of what it has just read.
    if (!this.#watch.changed()) return;
    this.#version++;
    this.#send('event: change\ndata:\n\n');
  }

  #send(text: string): void {
    for (const listener of this.#listeners) listener.enqueue(encoder.encode(text));
  }
}

const encoder = new TextEncoder();
