import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectRoot } from '../../docs/code-blocks.js';
import { plainEnv } from '../../fixtures/plain-env.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('tells the truth about one lost machine', async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'examples/spot-batch/eviction.ts', join(tempFolder(), 'eviction')],
    { cwd: projectRoot, env: plainEnv() },
  );
  expect(stderr).toBe('');
  expect(stdout.match(/SIGKILL to process \d+, in the middle of a stage/g)).toHaveLength(2);
  expect(stdout).toContain('finds 4 stages on record');
  for (const row of [/stages done again +5 +1\n/, /artifacts in the sink +7 +7\n/, /delivered again +3 +0\n/]) expect(stdout).toMatch(row);
  expect(stdout.match(/✔/g)).toHaveLength(6);
  expect(stdout).not.toContain('BROKEN');
});
