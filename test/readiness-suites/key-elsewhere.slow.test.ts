import { afterAll, beforeAll, expect, it } from 'vitest';
import { place } from '../fixtures/readiness/key-elsewhere.js';
import { openScene } from './open-scene.js';
import { viteLoader } from './vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
beforeAll(async () => {
  vite = await viteLoader();
});
afterAll(() => vite.close());

// Outside the engine the key is another one each time: compared with it, the same deed would be a strange one.
it('makes the effects of both arms the same deeds, where the key has no field that is named so', async () => {
  const scene = await openScene({ ...place, loader: vite.loader });
  expect(scene.expected.map(({ tool, args }) => [tool, args])).toEqual([
    ['rooms.book', ['blue on monday', {}]],
    ['rooms.confirm', [{ room: 'blue on monday' }]],
  ]);
  for (const arm of ['naked', 'durable'] as const) {
    const effects = scene.control[arm].tools.filter(({ kind }) => kind === 'effect');
    expect(effects.map((it) => [it.args, scene.isExpected(it), it.key !== undefined])).toEqual([
      ["'blue on monday'", true, true],
      ["{ room: 'blue on monday' }", true, true],
    ]);
  }
});
