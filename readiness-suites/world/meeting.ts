/** Processes wait here for each other, so that they begin at the same moment. */
export class Meeting {
  readonly #waiting: (() => void)[] = [];

  /** Calls all of them back when `size` have come. Returns whether this was the last. */
  join(size: number, go: () => void): boolean {
    this.#waiting.push(go);
    if (this.#waiting.length < size) return false;
    for (const waiting of this.#waiting.splice(0)) waiting();
    return true;
  }
}
