import { DurableFlowError } from '../errors/index.js';
import type { Ask, AskAnswer, LogEntry, Send } from './log-entry.js';
import { jsonBytes, mostBatchBytes } from './size-limits.js';

/** What waits for a commit: an entry that is applied already, or a question. */
interface Item {
  readonly entry?: LogEntry | undefined;
  readonly sends?: readonly Send[];
  readonly ask?: Ask | undefined;
  /** What came of an event that was taken from the inbox. */
  readonly answers?: { readonly event: number; readonly answer: unknown } | undefined;
  /** What it adds to a batch. */
  readonly bytes: number;
  readonly durable: () => void;
  readonly failed: (error: unknown) => void;
  /** The verb has refused; the entry is none. */
  refused?: boolean;
}

/** What is committed together. */
export interface Taken {
  readonly items: readonly Item[];
  readonly bytes: number;
  /** Nothing else waits. */
  readonly isAll: boolean;
}

/** The writes of one run on their way to its log, in their order. A question goes last in its batch, and what follows waits for the answer. */
export class CommitQueue {
  #waiting: Item[] = [];
  #underWay: readonly Item[] = [];
  #asked: { readonly resolve: (answer: AskAnswer) => void; readonly failed: (error: unknown) => void } | undefined;
  #fenced: unknown;
  #wake: (() => void) | undefined;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves with what `applied` does, once the entry is durable. */
  add(entry: LogEntry, applied: Promise<unknown>, sends: readonly Send[] = [], entryBytes = jsonBytes(entry)): Promise<unknown> {
    if (this.#fenced !== undefined) {
      // The replica may refuse it as well, and nobody asks it any more.
      applied.catch(() => {});
      return Promise.reject(this.#fenced);
    }
    return new Promise((resolve, reject) => {
      const bytes = entryBytes + bytesOf(sends);
      const item: Item = { entry, sends, bytes, durable: () => void applied.then(resolve, reject), failed: reject };
      applied.catch((error: unknown) => {
        item.refused = true;
        reject(error);
      });
      this.#push(item);
    });
  }

  /** An event from the inbox, and its answer. */
  addEvent(entry: LogEntry | undefined, sends: readonly Send[], event: number | undefined, answer: unknown): void {
    const none = () => {};
    const answers = event === undefined ? undefined : { event, answer };
    this.#push({ entry, sends, answers, bytes: jsonBytes(entry) + bytesOf(sends), durable: none, failed: none });
  }

  ask(ask: Ask): Promise<AskAnswer> {
    if (this.#fenced !== undefined) return Promise.reject(this.#fenced);
    return new Promise((resolve, reject) => {
      this.#push({ ask, bytes: jsonBytes(ask), durable: () => (this.#asked = { resolve, failed: reject }), failed: reject });
    });
  }

  /** Resolves when there is something to commit, or after `ms`. */
  async filled(ms: number): Promise<void> {
    if (!this.isEmpty) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  /** Resolves when something more is added. */
  more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** Whoever waits in `filled` or `more` looks again. */
  wake(): void {
    this.#wake?.();
  }

  take(): Taken {
    let bytes = 0;
    let n = 0;
    for (const item of this.#waiting) {
      if (n > 0 && bytes + item.bytes > mostBatchBytes) break;
      bytes += item.bytes;
      n++;
      if (item.ask) break;
    }
    const items = this.#waiting.slice(0, n);
    this.#waiting = this.#waiting.slice(n);
    this.#underWay = items;
    return { items: items.filter(({ refused }) => !refused), bytes, isAll: this.#waiting.length === 0 };
  }

  /** What was taken is durable. */
  committed(): void {
    const items = this.#underWay;
    this.#underWay = [];
    for (const item of items) item.durable();
  }

  answered(answer: AskAnswer): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.resolve(answer);
  }

  /** Somebody else has the run now, or will have it. */
  fence(runId: string): void {
    this.#fenced ??= fenced(runId);
    for (const item of [...this.#underWay, ...this.#waiting]) item.failed(this.#fenced);
    this.#asked?.failed(this.#fenced);
    this.#waiting = [];
    this.#underWay = [];
    this.wake();
  }

  #push(item: Item): void {
    this.#waiting.push(item);
    this.#wake?.();
  }
}

const bytesOf = (sends: readonly Send[]) => (sends.length > 0 ? jsonBytes(sends) : 0);

export const fenced = (runId: string) =>
  new DurableFlowError('DF_FENCED', `run "${runId}" is no longer executed here`, { details: { runId } });
