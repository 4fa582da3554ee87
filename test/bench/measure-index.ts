import { zipfWords } from './words.js';

/** What is measured of an index, and of the floor beside it. */
export interface MeasuredIndex {
  put(documents: Iterable<{ readonly id: string; readonly text: string }>): Promise<void>;
  search(query: string, options: { readonly limit: number }): Promise<unknown>;
}

/** What an index of many documents takes; times are of the processor, so that other work on the machine does not count. */
export interface IndexFigures {
  readonly buildMs: number;
  /** Of the process, from before the first document to after the last query. */
  readonly memoryMb: number;
  /** A change of one document and a query, one after another. */
  readonly updateMs: number;
  readonly queries: readonly { readonly kind: string; readonly medianMs: number; readonly worstMs: number }[];
}

const memory = () => process.memoryUsage().rss / 1e6;

/** Fills an empty index with documents of 20 words and asks it easy and hard queries. */
export async function measureIndex(index: MeasuredIndex, documents: number): Promise<IndexFigures> {
  const word = zipfWords(1);
  const words = (count: number) => Array.from({ length: count }, word).join(' ');
  const before = memory();
  const buildMs = await timed(() =>
    index.put(
      (function* () {
        for (let id = 0; id < documents; id++) yield { id: `document-${id}`, text: words(20) };
      })(),
    ),
  );
  const kinds: readonly (readonly [string, () => string])[] = [
    ['three rare words', () => [5000, 9000, 14_000].map((rank) => `w${(rank + word().length * 7).toString(36)}`).join(' ')],
    ['three words of a text', () => words(3)],
    ['the three most frequent words', () => 'w0 w1 w2'],
    ['a text of 150 words', () => words(150)],
  ];
  const queries = [];
  for (const [kind, query] of kinds) {
    const times: number[] = [];
    for (let i = 0; i < 30; i++) {
      const asked = query();
      times.push(await timed(() => index.search(asked, { limit: 20 })));
    }
    times.sort((a, b) => a - b);
    queries.push({ kind, medianMs: times[15]!, worstMs: times.at(-1)! });
  }
  const changes = 100;
  const changeMs = await timed(async () => {
    for (let i = 0; i < changes; i++) {
      await index.put([{ id: `document-${i * 7}`, text: words(20) }]);
      await index.search(words(3), { limit: 10 });
    }
  });
  return { buildMs, memoryMb: memory() - before, updateMs: changeMs / changes, queries };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
