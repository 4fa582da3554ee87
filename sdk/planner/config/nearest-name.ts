import { DamerauLevenshteinDistance } from 'natural/lib/natural/distance/index.js';

/** Of known names the one that a misspelt one was probably meant to be; undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((it) => ({ it, distance: DamerauLevenshteinDistance(name.toLowerCase(), it.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.max(1, Math.floor(Math.max(name.length, near.it.length) / 3)) ? near.it : undefined;
}
