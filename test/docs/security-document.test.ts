import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from './code-blocks.js';

it('docs/security.md names a test for every threat, and there is each of them', () => {
  const text = readFileSync(join(projectRoot, 'docs/security.md'), 'utf8');
  const [, section = ''] = /^## Threats, and the tests that try them\n([\s\S]*?)^## /m.exec(text) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:Threat|---)/.test(line));
  expect(rows.length).toBeGreaterThan(10);
  const missing = rows.flatMap((row) => {
    const files = [...row.matchAll(/`(test\/[\w/.-]+\.test\.ts)`((?: "[^"]+",?)*)/g)];
    if (files.length === 0) return [`${row}: no test`];
    return files.flatMap(([, file = '', titles = '']) => {
      if (!existsSync(join(projectRoot, file))) return [file];
      const code = readFileSync(join(projectRoot, file), 'utf8');
      return [...titles.matchAll(/"([^"]+)"/g)].map(([, title]) => title!).filter((title) => !code.includes(title));
    });
  });
  expect(missing).toEqual([]);
});
