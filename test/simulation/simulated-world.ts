import { OutsideWorld } from '../engine/outside-world.js';
import { EffectLog, everybody, type EffectRequest } from './effect-log.js';
import type { Randomness } from './randomness.js';
import type { SimulatedNetwork } from './simulated-network.js';

/** The world behind a network; several processes may live in it. */
export class SimulatedWorld extends OutsideWorld {
  readonly effects = new EffectLog();
  readonly #random: Randomness;
  readonly #network: SimulatedNetwork;
  /** What each body sends, by the body's number. */
  readonly #requests = new Map<number, EffectRequest>();
  /** Called as a body begins. */
  onBody: (process: number, what: string) => void = () => {};

  constructor(random: Randomness, network: SimulatedNetwork) {
    super([0]);
    this.#random = random;
    this.#network = network;
  }

  override async enter(process: number, what: string): Promise<number> {
    const body = this.executed.push({ process, what });
    this.onBody(process, what);
    const request = isEffect(what) && this.effects.begun(process, what);
    if (request) this.#requests.set(body, request);
    await new Promise<void>((resolve) => void setTimeout(resolve, this.#duration()));
    return body;
  }

  /** Milliseconds. Some bodies take so long that their process may be taken for dead meanwhile. */
  #duration(): number {
    const drawn = this.#random.next();
    return drawn < 0.4 ? 0 : this.#random.below(drawn < 0.6 ? 20_000 : 40 * 60_000);
  }

  // A dead process does nothing more by itself.
  override assertAlive(): void {}

  override async send(process: number, body: number, key: string, options?: { honoursKeys?: boolean }): Promise<void> {
    const request = this.#requests.get(body);
    try {
      await this.#network.send(process, key, () => {
        if (request) this.effects.arrived(key, request);
        this.happen(key, options);
      });
    } catch (error) {
      if (request && (error as { code?: unknown }).code === 'ECONNREFUSED') request.isVoid = true;
      throw error;
    }
  }

  override async find(process: number, key: string): Promise<boolean> {
    const missed = await this.#network.send(process, `find ${key}`, () => (this.happened.has(key) ? undefined : this.effects.missed(key)));
    missed?.(process);
    return missed === undefined;
  }

  /** People's word counts for everybody. */
  override lookUp(key: string): boolean {
    const happened = super.lookUp(key);
    if (!happened) this.effects.missed(key)(everybody);
    return happened;
  }
}

const isEffect = (what: string) => /^[ekg]/.test(what);
