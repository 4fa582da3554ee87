import { subscribe } from 'node:diagnostics_channel';
import { effectKeyChannel } from '../../sdk/runtime/primitives/effect-key.js';

const deepest = 6;

/**
 * The idempotency keys that `effectKey()` has given out in this process. By them a key is known among the arguments of a
 * call, whatever the client calls it and wherever it takes it.
 */
export class IssuedKeys {
  readonly #keys = new Set<unknown>();

  constructor() {
    subscribe(effectKeyChannel, (key) => this.#keys.add(key));
  }

  /** The first of them that is handed over in these arguments. */
  among(value: unknown, depth = 0): string | undefined {
    if (typeof value === 'string') return this.#keys.has(value) ? value : undefined;
    if (typeof value !== 'object' || value === null || depth > deepest) return undefined;
    for (const inner of Object.values(value)) {
      const found = this.among(inner, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
