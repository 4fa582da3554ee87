/** A block of the generator: four words of 32 bits. */
export type Words4 = readonly [number, number, number, number];
export type Words2 = readonly [number, number];

/**
 * Philox4x32-10: a block of random words that depends on nothing but its counter and key, so that any number of a stream can be
 * had without those before it. From Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */
export function philox4x32(counter: Words4, key: Words2): Words4 {
  // Plain variables: arrays in these loops take several times as long.
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd251, 0x1f53, a);
    const high1 = highProduct(0xcd9e, 0x8d57, c);
    const low0 = Math.imul(0xd2511f53, a);
    const low1 = Math.imul(0xcd9e8d57, c);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

const half = 0x10000;

/** The upper 32 bits of a product of 64, of which a double could not hold all. The first factor is given in its halves. */
function highProduct(xh: number, xl: number, y: number): number {
  const yl = y & 0xffff;
  const yh = y >>> 16;
  const middle = xh * yl + ((xl * yl) >>> 16);
  const carry = xl * yh + (middle & 0xffff);
  return xh * yh + (middle >>> 16) + Math.floor(carry / half);
}
