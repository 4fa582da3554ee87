/** Nothing that is over by then needs to be watched; in milliseconds. */
const patience = 1000;
const terminalInterval = 100;
const lineInterval = 5000;

/** Tells how far a piece of work has come: on a terminal in one line that changes, elsewhere in a line now and then. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #label: string;
  readonly #begin = performance.now();
  #nextAt = this.#begin + patience;
  #shown = false;

  constructor(label: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  update(done: number, total?: number): void {
    const now = performance.now();
    if (now < this.#nextAt) return;
    const { isTTY } = this.#stream;
    this.#nextAt = now + (isTTY ? terminalInterval : lineInterval);
    const rate = Math.round((done / (now - this.#begin)) * 1000);
    const of = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
    const line = `${this.#label}: ${done.toLocaleString('en')}${of}, ${rate.toLocaleString('en')} a second`;
    this.#stream.write(isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
    this.#shown = true;
  }

  /** Takes the line away, so that what follows starts on a clean one. */
  done(): void {
    if (this.#shown && this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
    this.#shown = false;
  }
}
