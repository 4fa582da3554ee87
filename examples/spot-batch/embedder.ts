import { createHash } from 'node:crypto';

/** A model that turns a text into a vector. Its weights are in the memory of the machine that has loaded it, and go with it. */
export interface Embedder {
  embed(text: string): readonly number[];
}

const dimensions = 64;

/** Stands in for a model: each word adds to one place of the vector, by its hash. The same text gives the same vector on every machine. */
export async function loadEmbedder(): Promise<Embedder> {
  return {
    embed(text) {
      const vector = Array.from({ length: dimensions }, () => 0);
      for (const word of text.toLowerCase().match(/\p{L}{3,}/gu) ?? []) {
        const [place = 0, sign = 0] = createHash('md5').update(word).digest();
        vector[place % dimensions]! += sign % 2 === 0 ? 1 : -1;
      }
      const length = Math.hypot(...vector) || 1;
      return vector.map((value) => Number((value / length).toFixed(6)));
    },
  };
}
