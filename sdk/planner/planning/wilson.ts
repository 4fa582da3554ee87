/** Of a normal distribution: 95% lie within. */
const z = 1.959964;

/** Wilson's interval: between which bounds a rate lies, at 95%, if `passed` of `samples` have passed. From 0 to 1 without any. */
export function wilson(passed: number, samples: number): { readonly lower: number; readonly upper: number } {
  if (samples === 0) return { lower: 0, upper: 1 };
  const rate = passed / samples;
  const scale = 1 + z ** 2 / samples;
  const middle = (rate + z ** 2 / (2 * samples)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / samples + z ** 2 / (4 * samples ** 2));
  // The ends are exact where nothing or everything has passed, whatever rounding says.
  return { lower: passed === 0 ? 0 : Math.max(0, middle - half), upper: passed === samples ? 1 : Math.min(1, middle + half) };
}
