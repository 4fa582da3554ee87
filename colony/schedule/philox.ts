/** A block of the generator: four words of 32 bits. */
export type Words4 = readonly [number, number, number, number];
export type Words2 = readonly [number, number];

/**
 * Philox4x32-10: a block of random words that depends on nothing but its counter and key, so that any number of a stream can be
 * had without those before it. From Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */
export function philox4x32([a, b, c, d]: Words4, [k0, k1]: Words2): Words4 {
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd2511f53, a);
    const high1 = highProduct(0xcd9e8d57, c);
    const low0 = Math.imul(0xd2511f53, a);
    const low1 = Math.imul(0xcd9e8d57, c);
    [a, b, c, d] = [(high1 ^ b ^ k0) >>> 0, low1 >>> 0, (high0 ^ d ^ k1) >>> 0, low0 >>> 0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

const half = 0x10000;

/** The upper 32 bits of a product of 64, of which a double could not hold all. */
function highProduct(x: number, y: number): number {
  const [xl, xh, yl, yh] = [x % half, Math.floor(x / half), y % half, Math.floor(y / half)];
  const middle = xh * yl + Math.floor((xl * yl) / half);
  const carry = xl * yh + (middle % half);
  return xh * yh + Math.floor(middle / half) + Math.floor(carry / half);
}
