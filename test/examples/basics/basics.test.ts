import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { expect, it, vi } from 'vitest';
import { projectRoot } from '../../docs/code-blocks.js';
import { documentWithTables } from '../../docs/document-with-table.js';

const folder = join(projectRoot, 'examples/basics');
const files = readdirSync(folder).toSorted();

it('are numbered from 01 without a gap', () => {
  expect(files.map((file) => file.slice(0, 3))).toEqual(files.map((_, index) => `${String(index + 1).padStart(2, '0')}-`));
});

it.each(files)('%s prints what it promises', async (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const promised = /\n\/\* It prints:\n([\s\S]+)\n\*\/\n$/.exec(text)?.[1];
  expect(promised, 'the end of the file says what is printed').toBeDefined();
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => void printed.push(format(...args).trimEnd()));
  try {
    await import(join(folder, file));
  } finally {
    log.mockRestore();
  }
  expect(printed.join('\n')).toBe(promised);
});

it('are one idea each, said in the first line, on one or two screens', () => {
  for (const file of files) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    expect(lines[0], file).toMatch(/^\/\/ .{30,}\.$/);
    expect(lines.length, file).toBeLessThan(90);
  }
});

// `npx vitest run test/examples/basics --update` writes the table anew.
it('are all listed in docs/examples.md, with their idea', async () => {
  const rows = files.map((file) => [
    `[${file.slice(0, -3)}](../examples/basics/${file})`,
    readFileSync(join(folder, file), 'utf8').split('\n')[0]!.slice(3),
  ]);
  const document = documentWithTables('docs/examples.md', { basics: [['Example', 'Its idea'], ...rows] });
  await expect(document).toMatchFileSnapshot('../../../docs/examples.md');
});

it('docs/examples.md names every folder of examples, and every command that runs one', () => {
  const document = readFileSync(join(projectRoot, 'docs/examples.md'), 'utf8');
  const folders = readdirSync(join(projectRoot, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  for (const name of folders) expect(document).toContain(name === 'basics' ? '(../examples/basics/' : name);
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const running = Object.entries(scripts).filter(([, command]) => /\bexamples\b/.test(command));
  expect(running.length).toBeGreaterThan(10);
  for (const [name] of running) expect(document).toContain(name === 'start' ? '`npm start`' : `\`npm run ${name}\``);
});
