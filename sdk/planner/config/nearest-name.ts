/** Of known names the one that a misspelt one was probably meant to be; undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known.map((it) => ({ it, distance: distance(name.toLowerCase(), it.toLowerCase()) })).sort((a, b) => a.distance - b.distance)[0]; // prettier-ignore
  return near && near.distance <= Math.max(1, Math.floor(Math.max(name.length, near.it.length) / 3)) ? near.it : undefined;
}

/** How many letters have to be added, taken away, exchanged or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
