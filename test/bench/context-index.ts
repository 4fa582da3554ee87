import { ContextIndex } from 'durableflow';
import { measureIndex } from './measure-index.js';

const documents = Number(process.env['DOCUMENTS'] ?? 100_000);
const index = new ContextIndex();
const { buildMs, memoryMb, updateMs, queries } = await measureIndex(index, documents);
await index.close();
console.log(`\nContextIndex, ${documents.toLocaleString('en')} documents of 20 words in a temporary file`);
console.log(
  `built in ${(buildMs / 1000).toFixed(1)} s, memory grew by ${memoryMb.toFixed(0)} MB, one change and one query ${updateMs.toFixed(2)} ms`,
);
console.table(
  Object.fromEntries(
    queries.map(({ kind, medianMs, worstMs }) => [kind, { 'median ms': medianMs.toFixed(2), 'worst ms': worstMs.toFixed(2) }]),
  ),
);
