/**
 * Rounds a number of 0 or more as Python's `round(value, digits)` does: by the exact value of the double, a tie to the even digit.
 * `toFixed` goes by the exact value too, but rounds a tie up.
 */
export function roundHalfEven(value: number, digits: number): number {
  const rounded = value.toFixed(digits);
  // Only an odd number of 2^-(digits + 1) lies exactly in the middle; to multiply by a power of two is exact.
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  const up = BigInt(rounded.replace('.', ''));
  return isTie && up % 2n === 1n ? Number(`${up - 1n}e-${digits}`) : Number(rounded);
}
