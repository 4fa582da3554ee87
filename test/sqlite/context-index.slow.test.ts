import { ContextIndex } from 'durableflow';
import { expect, it } from 'vitest';
import { measureIndex } from '../bench/measure-index.js';

it('a ContextIndex of 100,000 short documents answers any query in well under 100 ms, in bounded memory', async () => {
  const index = new ContextIndex();
  const { memoryMb, queries } = await measureIndex(index, 100_000);
  expect(await index.size()).toBe(100_000);
  await index.close();
  // 13 MB of text; a garbage collector keeps some of what went through it.
  expect(memoryMb).toBeLessThan(150);
  for (const { kind, medianMs } of queries) expect(medianMs, kind).toBeLessThan(100);
});
