import type { Randomness } from './randomness.js';
import { nobody, type SimulatedTime } from './simulated-time.js';

/** What becomes of requests, of a hundred each. */
export interface Network {
  /** No connection is made, and the sender is told so. */
  readonly refused: number;
  readonly lostRequests: number;
  readonly lostAnswers: number;
  /** Arrives once more, some time later. */
  readonly duplicated: number;
  /** Arrives when nobody waits for the answer any more. */
  readonly late: number;
}

const minute = 60_000;
/** How long whoever sends a request waits for its answer. */
const patience = 15 * minute;
/** How late a late request is at the most. */
const latest = 3 * 60 * minute;

/** Carries requests of processes to the world: loses, delays, reorders and repeats them. What is on its way outlives its sender. */
export class SimulatedNetwork {
  readonly #time: SimulatedTime;
  readonly #random: Randomness;
  readonly #network: Network;

  constructor(time: SimulatedTime, network: Network) {
    this.#time = time;
    this.#random = time.random;
    this.#network = network;
  }

  /** Sends a request; `arrive` is called each time that it arrives, and gives the answer. Throws if no answer comes. */
  async send<T>(process: number, what: string, arrive: () => T): Promise<T> {
    const { refused, lostRequests, lostAnswers, duplicated } = this.#network;
    if (this.#happens(refused)) throw Object.assign(new Error(`nobody answers at ${what}`), { code: 'ECONNREFUSED' });
    const [isLost, isRepeated] = [this.#happens(lostRequests), this.#happens(duplicated)];
    return new Promise<T>((resolve, reject) => {
      setTimeout(() => reject(new Error(`no answer to ${what}`)), patience);
      const carry = () => {
        const answer = arrive();
        // An answer is heard by a process that lives and does not stand still.
        if (!this.#happens(lostAnswers)) this.#time.after(process, this.#moment(), () => resolve(answer));
      };
      if (!isLost) this.#time.after(nobody, this.#delay(), carry);
      if (isRepeated) this.#time.after(nobody, this.#delay(), carry);
    });
  }

  #delay(): number {
    return this.#happens(this.#network.late) ? patience + this.#random.below(latest) : this.#moment();
  }

  #moment(): number {
    return this.#random.chance(0.5) ? 0 : this.#random.below(20_000);
  }

  #happens(ofHundred: number): boolean {
    return ofHundred > 0 && this.#random.chance(ofHundred / 100);
  }
}
