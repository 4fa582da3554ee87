import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SqliteStore } from 'durableflow';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { projectRoot } from '../../docs/code-blocks.js';

it.each([23, 57, 99])('of outcomes, a SIGKILL after %i of them takes the batch that was not written, and no other', async (after) => {
  const file = join(tempFolder(), 'planner.db');
  const script = join(projectRoot, 'test/planner/planning/outcome-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, file], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  let recorded = 0;
  child.stdout.on('data', (text: Buffer) => {
    recorded = Math.max(recorded, ...text.toString().trim().split('\n').map(Number));
    if (recorded >= after) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const store = new SqliteStore(file);
  onTestFinished(() => store.close());
  const { n, last } = store.read((db) => db.prepare('SELECT count(*) AS n, max(output_tokens) AS last FROM planner_outcomes').get()) as {
    n: number;
    last: number;
  };
  expect(recorded).toBeGreaterThanOrEqual(after);
  // All of the batches that were written are whole, and the one under way when it died is there or not.
  expect(n % 10).toBe(0);
  expect(n).toBe(last);
  expect(n).toBeGreaterThanOrEqual(recorded - (recorded % 10));
});
