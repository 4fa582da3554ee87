import type { Batch, LogEntry } from './log-entry.js';

/** How long an entry may wait for others that go into the same row, in milliseconds. */
export const rowInterval = 100;
/** A row is written when it has as many bytes of JSON. */
const longRow = 1024 * 1024;
/** A log of more bytes of JSON is not given out with the result. */
const longestWhole = 64 * 1024;

/**
 * The log of a run as clients read it: rows, each with the entries of one batch or of several, because every row is one more
 * thing to do for the server. What is written when follows from the batches alone.
 */
export class LogRows {
  readonly #write: (key: string, entries: readonly LogEntry[]) => void;
  readonly #written: (readonly LogEntry[])[] = [];
  #rows = 0;
  #bytes = 0;
  #next: LogEntry[] = [];
  #nextBytes = 0;
  #since = 0;

  constructor(write: (key: string, entries: readonly LogEntry[]) => void) {
    this.#write = write;
  }

  /** There are entries that no row has yet. */
  get isBehind(): boolean {
    return this.#next.length > 0;
  }

  /** The whole log, unless it is long. */
  get whole(): readonly (readonly LogEntry[])[] | undefined {
    return this.#bytes <= longestWhole && !this.isBehind ? this.#written : undefined;
  }

  add({ entries, bytes, at, answers, ask, park, end }: Batch): void {
    this.put(entries, bytes, at);
    // Somebody looks when it has been answered, or when the run rests. An empty batch says that nothing else comes soon.
    const isLooked = park !== undefined || end !== undefined || answers.length > 0 || ask?.kind === 'child';
    if (isLooked || entries.length === 0 || at - this.#since >= rowInterval || this.#nextBytes >= longRow) this.#flush();
  }

  /** Entries that go with the next batch. */
  put(entries: readonly LogEntry[], bytes: number, at: number): void {
    if (!this.isBehind) this.#since = at;
    this.#next.push(...entries);
    this.#nextBytes += bytes;
  }

  #flush(): void {
    if (!this.isBehind) return;
    this.#write(logKey(this.#rows++), this.#next);
    this.#bytes += this.#nextBytes;
    if (this.#bytes <= longestWhole) this.#written.push(this.#next);
    this.#next = [];
    this.#nextBytes = 0;
  }
}

/** The name of a row in the state of a run: in the order of letters, they are in the order of the log. */
export const logKey = (row: number) => `log/${String(row).padStart(6, '0')}`;
