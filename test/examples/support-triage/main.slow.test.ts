import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';

/** Runs the program to its end; a nonzero exit is an outcome as well. */
async function support(folder: string, ...args: string[]) {
  const place = ['--db', join(folder, 'support.db'), '--shop', join(folder, 'shop')];
  const env = { ...process.env, ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '' };
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/support-triage/main.ts', ...place, ...args], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
}

it('leaves what needs a yes waiting, does it with --yes, and once', { timeout: 60_000 }, async () => {
  const folder = tempFolder();
  const first = await support(folder);
  expect(first.code).toBe(2);
  expect(first.stdout).toContain('3 tickets waiting for your word');
  expect(first.stdout).toMatch(/t-4 .*\n +escalated: The customer could not be looked up/);
  const second = await support(folder, '--yes');
  expect(second.code).toBe(0);
  expect(second.stdout).toMatch(/t-1 .*\n +refunded: .*\n +refunded 24.90, replied/);
  expect((await support(folder, '--yes')).code).toBe(0);
  expect(await readdir(join(folder, 'shop/refunds'))).toHaveLength(2);
  expect(await readdir(join(folder, 'shop/replies'))).toHaveLength(3);
});
