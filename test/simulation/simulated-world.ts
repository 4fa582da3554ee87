import { OutsideWorld } from '../engine/outside-world.js';
import type { Randomness } from './randomness.js';
import type { SimulatedTime } from './simulated-time.js';

/** How often, of a hundred requests, a request is lost before it is carried out, and an answer after that. */
export interface Network {
  readonly lostRequests: number;
  readonly lostAnswers: number;
}

/** The world behind a network that loses and delays; several processes may live in it. */
export class SimulatedWorld extends OutsideWorld {
  readonly #time: SimulatedTime;
  readonly #random: Randomness;
  readonly #network: Network;
  /** Called as a body begins. */
  onBody: (process: number, what: string) => void = () => {};

  constructor(time: SimulatedTime, random: Randomness, network: Network) {
    super([0]);
    this.#time = time;
    this.#random = random;
    this.#network = network;
  }

  override async enter(process: number, what: string): Promise<void> {
    this.executed.push({ process, what });
    this.onBody(process, what);
    const stops = this.#time.stopsOf(process);
    await new Promise<void>((resolve) => void setTimeout(resolve, this.#duration()));
    // What is sent after the process has stood still does not arrive: another one may have found out meanwhile that it has not happened.
    if (isEffect(what) && this.#time.stopsOf(process) > stops) throw new Error(`the connection for ${what} was lost`);
  }

  /** Milliseconds. Some bodies take so long that their process may be taken for dead meanwhile. */
  #duration(): number {
    const drawn = this.#random.next();
    return drawn < 0.4 ? 0 : this.#random.below(drawn < 0.6 ? 20_000 : 40 * 60_000);
  }

  // A dead process does nothing more by itself.
  override assertAlive(): void {}

  override happen(key: string, options?: { honoursKeys?: boolean }): void {
    const { lostRequests, lostAnswers } = this.#network;
    if (this.#random.chance(lostRequests / 100)) throw new Error(`the request for ${key} was lost`);
    super.happen(key, options);
    if (this.#random.chance(lostAnswers / 100)) throw new Error(`the answer to ${key} was lost`);
  }
}

const isEffect = (what: string) => what.startsWith('e') || what.startsWith('g');
