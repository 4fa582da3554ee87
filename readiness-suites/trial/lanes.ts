/** A place to work. */
export interface Lane {
  /** Gives the place to somebody else: from now on there is nothing to do but to wait. */
  readonly leave: () => void;
}

/** How many may be at work at the same time. Who comes first is served first, but for those who say that they are going to wait. */
export class Lanes {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** @param waits it will leave its place soon, and wait for longer than others work: the earlier it begins, the better */
  async run<T>(work: (lane: Lane) => Promise<T>, waits = false): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => (waits ? this.#queue.unshift(resolve) : this.#queue.push(resolve)));
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    };
    try {
      return await work({ leave });
    } finally {
      leave();
    }
  }
}
