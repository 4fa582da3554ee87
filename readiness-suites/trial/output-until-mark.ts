/** Takes in text piece by piece until a mark ends it. What may be the beginning of the mark is held back. */
export class OutputUntilMark {
  isComplete = false;
  readonly #mark: string;
  #held = '';

  constructor(mark: string) {
    this.#mark = mark;
  }

  /** What of the text is known not to belong to the mark. */
  take(piece: string): string {
    const text = this.#held + piece;
    this.#held = '';
    if (text.endsWith(this.#mark)) {
      this.isComplete = true;
      return text.slice(0, -this.#mark.length);
    }
    for (let length = Math.min(text.length, this.#mark.length - 1); length > 0; length--) {
      if (!this.#mark.startsWith(text.slice(-length))) continue;
      this.#held = text.slice(-length);
      return text.slice(0, -length);
    }
    return text;
  }
}
