const vocabulary = 30_000;

/** Words as a language has them: the n-th is drawn with a chance of 1/n. The same ones for the same seed. */
export function zipfWords(seed: number): () => string {
  let state = seed;
  const heights: number[] = [];
  for (let rank = 1, sum = 0; rank <= vocabulary; rank++) heights.push((sum += 1 / rank));
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const drawn = (state / 2 ** 32) * heights.at(-1)!;
    let [low, high] = [0, vocabulary - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (heights[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return `w${low.toString(36)}`;
  };
}
