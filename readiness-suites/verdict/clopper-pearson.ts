/** How sure a bound is: the true rate lies beyond it in at most one of twenty such series. */
export const confidence = 0.95;

/**
 * The one-sided Clopper-Pearson lower bound: the lowest true pass rate at which as many passes as were seen still happen
 * in at least one of twenty series. 29 of 29 give 0.9; 59 of 59 give 0.95. It is 0 if nothing was tried.
 *
 * The bound is found by bisection on the binomial tail, so that no library of special functions is needed for it.
 */
export function lowerBound(passed: number, total: number): number {
  if (passed === 0) return 0;
  return bisect((rate) => chanceOfAtLeast(passed, total, rate) >= 1 - confidence);
}

/** The upper counterpart: the highest pass rate at which so few passes still happen in one of twenty series. */
export function upperBound(passed: number, total: number): number {
  return 1 - lowerBound(total - passed, total);
}

/** The smallest rate from which on the condition holds; it must not hold below that, and hold at 1. */
function bisect(holds: (rate: number) => boolean): number {
  let [low, high] = [0, 1];
  // 2^-50 is below what a double tells apart near 1.
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The chance of `least` or more successes in `total` tries. The terms are made as logarithms, since they may be tiny. */
function chanceOfAtLeast(least: number, total: number, rate: number): number {
  let chance = 0;
  let ways = 0;
  for (let count = 0; count <= total; count++) {
    if (count > 0) ways += Math.log(total - count + 1) - Math.log(count);
    if (count >= least) chance += Math.exp(ways + count * Math.log(rate) + (total - count) * Math.log1p(-rate));
  }
  return chance;
}
