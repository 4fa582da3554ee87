import { ContextIndex } from 'durableflow';
import { ftsFloor } from './fts-floor.js';
import { measureIndex } from './measure-index.js';
import { loadInWords, printFigures, type Figure } from './print-figures.js';

const documents = Number(process.env['DOCUMENTS'] ?? 100_000);

/** `npm run bench -- index`: the index of contexts beside SQLite's own full-text search, over the same documents and queries. */
export async function printIndex(): Promise<void> {
  const index = new ContextIndex();
  const ours = await measureIndex(index, documents);
  await index.close();
  const bare = ftsFloor();
  const floor = await measureIndex(bare, documents);
  bare.close();
  const figure = (what: string, ms: number, least: number, most: number): Figure => ({
    ...{ what, figure: `${ms.toFixed(2)} ms`, floor: `${least.toFixed(2)} ms`, ratio: ms / least },
    ...{ aim: `${most} × the floor`, reached: ms <= most * least },
  });
  printFigures(
    `ContextIndex, ${documents.toLocaleString('en')} documents of 20 words in a temporary file, of the processor; the floor is FTS5 alone; ${loadInWords()}`,
    [
      figure('built', ours.buildMs, floor.buildMs, 2),
      figure('a change and a query', ours.updateMs, floor.updateMs, 2),
      ...ours.queries.map(({ kind, medianMs }, i) => figure(kind, medianMs, floor.queries[i]!.medianMs, 1.5)),
      { what: 'memory', figure: `${ours.memoryMb.toFixed(0)} MB`, floor: `${floor.memoryMb.toFixed(0)} MB`, aim: '100 MB', reached: ours.memoryMb <= 100 },
    ],
  ); // prettier-ignore
}
