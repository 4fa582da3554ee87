import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('start-many-seeds.ts', import.meta.url));

it('needs no more memory for three hundred seeds than for one hundred', async () => {
  const argv = ['--expose-gc', '--import', 'tsx', script, '300', '100'];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  const [first, , last] = JSON.parse(stdout) as { heap: number; rss: number }[];
  // What is kept of a seed is seven numbers an arm.
  expect(last!.heap - first!.heap).toBeLessThan(3);
  // Pages that the allocator keeps come on top; an in-memory file that stays open for each batch takes some hundred.
  expect(last!.rss - first!.rss).toBeLessThan(32);
});
