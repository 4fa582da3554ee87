import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Four words from which the next number is made: sfc32, small and even. */
type State = [number, number, number, number];

/**
 * `Math.random` and `randomUUID` of this process, drawn from a seed: an agent that rolls dice rolls the same ones when its
 * trial is made again. What secrets are made of (`randomBytes`, `getRandomValues`) is left alone.
 */
export class SeededRandomness {
  #state: State = [0, 0, 0, 1];

  /** Puts itself in the place of the real ones. Whoever has taken one of these apart before keeps it. */
  install(): void {
    Math.random = () => this.#next() / 2 ** 32;
    const randomUUID = () => this.#uuid();
    Object.assign(crypto, { randomUUID });
    Object.defineProperty(Object.getPrototypeOf(crypto.webcrypto) as object, 'randomUUID', { value: randomUUID, configurable: true });
    syncBuiltinESMExports();
  }

  /** Begins anew. */
  drawFrom(seed: string): void {
    const digest = crypto.createHash('sha256').update(seed).digest();
    this.#state = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as State;
  }

  #next(): number {
    const state = this.#state;
    const [a, b, c, d] = state;
    const sum = (a + b + d) | 0;
    state[3] = (d + 1) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  #uuid(): ReturnType<typeof crypto.randomUUID> {
    const hex = Array.from({ length: 4 }, () => this.#next().toString(16).padStart(8, '0')).join('');
    const variant = ((parseInt(hex[16]!, 16) & 3) | 8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
