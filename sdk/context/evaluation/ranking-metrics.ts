/** How much each item matters to a query, by id: 1 a little, 3 a lot. An item that is not named does not matter. */
export type Grades = Readonly<Record<string, number>>;

const gradeOf = (grades: Grades, id: string) => (Object.hasOwn(grades, id) ? grades[id]! : 0);

/** What matters, by id. */
const relevant = (grades: Grades) => Object.keys(grades).filter((id) => gradeOf(grades, id) > 0);

/**
 * Normalised discounted cumulative gain of the first `k`: 1 if the ranking is as good as the grades allow, 0 if nothing
 * that matters is among them. The gain of an item is `2^grade - 1`, and is divided by the binary logarithm of its place
 * plus one. 1 if nothing matters.
 *
 * @example
 * ```ts
 * import { ndcgAt } from 'durableflow';
 * console.log(ndcgAt(['b', 'a'], { a: 1 }, 5).toFixed(3)); // 0.631
 * ```
 */
export function ndcgAt(ranking: readonly string[], grades: Grades, k: number): number {
  const ideal = discounted(
    Object.values(grades).toSorted((a, b) => b - a),
    k,
  );
  return ideal === 0
    ? 1
    : discounted(
        ranking.map((id) => gradeOf(grades, id)),
        k,
      ) / ideal;
}

function discounted(gains: readonly number[], k: number): number {
  return gains.slice(0, k).reduce((sum, grade, index) => sum + (2 ** Math.max(0, grade) - 1) / Math.log2(index + 2), 0);
}

/**
 * The part of what matters that is among the first `k`, from 0 to 1; 1 if nothing matters.
 *
 * @example
 * ```ts
 * import { recallAt } from 'durableflow';
 * console.log(recallAt(['a', 'x', 'b'], { a: 3, b: 1 }, 2)); // 0.5
 * ```
 */
export function recallAt(ranking: readonly string[], grades: Grades, k: number): number {
  return shareOf(relevant(grades), ranking.slice(0, k));
}

/** The part of `wanted` that is among `found`, from 0 to 1; 1 if nothing is wanted. */
export function shareOf(wanted: readonly string[], found: readonly string[]): number {
  if (wanted.length === 0) return 1;
  const there = new Set(found);
  return wanted.filter((id) => there.has(id)).length / wanted.length;
}
