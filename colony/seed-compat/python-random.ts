const size = 624;
const middle = 397;

/**
 * Python's `random.Random(seed)` for whole numbers: the Mersenne Twister MT19937 with the same seeding, and the same numbers from
 * it, so that schedules made there can be made here. Not for anything new: a number depends on all those before it.
 */
export class PythonRandom {
  readonly #state = new Uint32Array(size);
  #index = size;

  constructor(seed: number | bigint) {
    this.#seedByArray(wordsOf(BigInt(seed)));
  }

  /** `random()`: in [0, 1), with 53 bits. */
  random(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** `expovariate(rate)` */
  expovariate(rate: number): number {
    return -Math.log(1 - this.random()) / rate;
  }

  /** `randrange(bound)` for a bound of at most 32 bits: as many bits as the bound has, again until they are below it. */
  randrange(bound: number): number {
    const unused = Math.clz32(bound);
    for (;;) {
      const drawn = this.#word() >>> unused;
      if (drawn < bound) return drawn;
    }
  }

  #seed(seed: number): void {
    this.#state[0] = seed;
    for (let i = 1; i < size; i++) this.#state[i] = Math.imul(1_812_433_253, this.#mixed(i - 1)) + i;
  }

  /** The reference implementation's `init_by_array`. */
  #seedByArray(key: readonly number[]): void {
    this.#seed(19_650_218);
    const state = this.#state;
    let i = 1;
    for (let k = 0; k < Math.max(size, key.length); k++) {
      const j = k % key.length;
      state[i] = (state[i]! ^ Math.imul(this.#mixed(i - 1), 1_664_525)) + key[j]! + j;
      i = this.#after(i);
    }
    for (let k = 1; k < size; k++) {
      state[i] = (state[i]! ^ Math.imul(this.#mixed(i - 1), 1_566_083_941)) - i;
      i = this.#after(i);
    }
    state[0] = 0x80000000;
  }

  #mixed(index: number): number {
    const value = this.#state[index]!;
    return value ^ (value >>> 30);
  }

  /** The first word is skipped, and takes over the last one instead. */
  #after(index: number): number {
    if (index + 1 < size) return index + 1;
    this.#state[0] = this.#state[size - 1]!;
    return 1;
  }

  #word(): number {
    if (this.#index === size) this.#twist();
    let word = this.#state[this.#index++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
      state[i] = state[(i + middle) % size]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

/** The words of the seed without its sign, the lowest first. */
function wordsOf(seed: bigint): number[] {
  const words: number[] = [];
  for (let rest = seed < 0n ? -seed : seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words.length > 0 ? words : [0];
}
