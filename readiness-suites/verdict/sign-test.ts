/** Trials that both arms did under the same fault and seed, where they came out differently. */
export interface Discordance {
  readonly onlyDurablePassed: number;
  readonly onlyNakedPassed: number;
  /** How likely a difference of at least this size is if the arms were equal: the exact two-sided McNemar test. */
  readonly pValue: number;
}

/** Compares the arms pair by pair: what both pass or both fail tells nothing about their difference. */
export function compareArms(pairs: readonly { readonly naked: boolean; readonly durable: boolean }[]): Discordance {
  const onlyDurablePassed = pairs.filter(({ naked, durable }) => durable && !naked).length;
  const onlyNakedPassed = pairs.filter(({ naked, durable }) => naked && !durable).length;
  return { onlyDurablePassed, onlyNakedPassed, pValue: pValueOf(onlyDurablePassed, onlyNakedPassed) };
}

function pValueOf(one: number, other: number): number {
  const total = one + other;
  let term = 0.5 ** total;
  let tail = 0;
  for (let count = 0; count <= Math.min(one, other); count++) {
    tail += term;
    term *= (total - count) / (count + 1);
  }
  return Math.min(1, 2 * tail);
}
