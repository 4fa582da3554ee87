import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ModuleLoader } from '../../vitest-plugin/module-loader.js';

const code = 'export const text = 1;\n'.repeat(20_000);
const source = {
  fetchModule: (url: string) => Promise.resolve({ url, code }),
  pluginContainer: { resolveId: () => Promise.resolve(null) },
};

it('never writes a file of modules again, since a process may be reading it', async () => {
  const loader = await ModuleLoader.open(source, 'inert.mjs');
  const ask = async (body: object): Promise<unknown> => (await fetch(loader.url, { method: 'POST', body: JSON.stringify(body) })).json();
  const pack = async (): Promise<{ readonly file: string; readonly size: number; readonly written: number }> => {
    const file = (await ask({ pack: 'suite.ts' })) as string;
    const { size, mtimeMs } = statSync(file);
    return { file, size, written: mtimeMs };
  };
  try {
    for (let count = 1; count <= 3; count++) {
      await ask({ entry: 'suite.ts', key: JSON.stringify(['fetchModule', [`/module-${count}.ts`, undefined, undefined]]) });
      const packs = await Promise.all(Array.from({ length: 8 }, pack));
      const file = packs[0]!.file;
      const { size, mtimeMs } = statSync(file);
      expect(size).toBeGreaterThan(count * code.length);
      expect(packs).toEqual(packs.map(() => ({ file, size, written: mtimeMs })));
    }
  } finally {
    await loader.close();
  }
});
