import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the runner and the agents of a conversation that waits for a person are not kept in memory', async () => {
  const script = fileURLToPath(new URL('parked-desks-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script]);
  const { waiting, counts } = JSON.parse(stdout) as { waiting: number; counts: { made: number; alive: number }[] };
  expect(waiting).toBe(200);
  expect(counts.map(({ made }) => made)).toEqual([200, 100]);
  // The last ones may still be on the way to the collector.
  for (const { alive } of counts) expect(alive).toBeLessThan(10);
});
