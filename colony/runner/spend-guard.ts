import { hours, type Micros } from '../time.js';

/** Sees to it that no machine is paid for that the budget does not cover: time is set aside before it is used. */
export class SpendGuard {
  readonly #limit: number;
  readonly #pricePerHour: number;
  #spent = 0;
  /** By machine. */
  readonly #reserved = new Map<object, number>();

  constructor(limitUsd: number, pricePerHour: number) {
    this.#limit = limitUsd;
    this.#pricePerHour = pricePerHour;
  }

  /** Sets so much time of a machine aside, in all; false, and nothing is changed, if that could cost more than is left. */
  reserve(machine: object, span: Micros): boolean {
    const wanted = this.costOf(span);
    const others = this.committedUsd - (this.#reserved.get(machine) ?? 0);
    if (others + wanted > this.#limit) return false;
    this.#reserved.set(machine, wanted);
    return true;
  }

  /** The machine is no more, and was used for so long. */
  settle(machine: object, span: Micros): void {
    this.#reserved.delete(machine);
    this.#spent += this.costOf(span);
  }

  costOf(span: Micros): number {
    return hours(span) * this.#pricePerHour;
  }

  /** What is spent or set aside, in US dollars. */
  get committedUsd(): number {
    let sum = this.#spent;
    for (const usd of this.#reserved.values()) sum += usd;
    return sum;
  }
}
