import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../docs/code-blocks.js';
import { buildPage } from '../build-page.js';

const folder = join(projectRoot, 'sdk/ui/assets');
beforeAll(() => buildPage());

it('is one script and one style, small, with names that change with what is in them', () => {
  const names = readdirSync(folder);
  // Sorted after the hashes are gone: `index-A….js` comes before `index-B….css`.
  expect(names.map((name) => name.replace(/-[\w-]{8}\./, '-HASH.')).toSorted()).toEqual([
    'icon-HASH.svg',
    'index-HASH.css',
    'index-HASH.js',
    'index.html',
  ]);
  const sizes = names.map((name) => gzipSync(readFileSync(join(folder, name))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});

it('has nothing inline, and nothing from elsewhere', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]* src=)|https?:/);
  expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!.replace(/-[\w-]{8}\./, '-HASH.'))).toEqual([
    '/assets/icon-HASH.svg',
    '/assets/index-HASH.js',
    '/assets/index-HASH.css',
  ]);
  const code = readdirSync(folder)
    .filter((name) => extname(name) === '.js')
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(code.join('')).not.toMatch(/\beval\(|new Function\(|dangerouslySetInnerHTML="/);
});
