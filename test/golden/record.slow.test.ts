import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('what a version has recorded is never recorded again', () => {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };
  const folder = `${root}/test/golden/${version}`;
  const before = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'test/golden/record.ts'], { cwd: root, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('the histories of a release are recorded once');
  expect(readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'))).toEqual(before);
});
