import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a Markdown file or of a docstring. */
export interface CodeBlock {
  /** The file it stands in, relative to the project. */
  readonly file: string;
  /** The line of that file which holds its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language, such as `no-run`. */
  readonly options: string;
  readonly code: string;
}

export const projectRoot = join(import.meta.dirname, '../..');

const documented = ['sdk', 'vitest-plugin', 'readiness-suites', 'colony'];

/** Every block of every document and of every docstring of what is packaged. */
export function allCodeBlocks(): CodeBlock[] {
  return ['README.md', ...filesIn('docs', '.md'), ...documented.flatMap((folder) => filesIn(folder, '.ts'))].flatMap(codeBlocksOf);
}

export function codeBlocksOf(file: string): CodeBlock[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return codeBlocksIn(file, file.endsWith('.ts') ? docstringsOf(text) : text);
}

export function codeBlocksIn(file: string, markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+) *(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: options, 3: code, index }) => ({
    file,
    line: markdown.slice(0, index).split('\n').length + 1,
    language: language!,
    options: options!,
    code: code!,
  }));
}

/** Paths relative to the project; what is generated from the sources is left out. */
export function filesIn(folder: string, extension: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension) && !file.startsWith('api/'))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}

/** The docstrings without their stars, each on the lines that it has in the source; all other lines are empty. */
export function docstringsOf(source: string): string {
  let inside = false;
  return source
    .split('\n')
    .map((line) => {
      if (/^\s*\/\*\*/.test(line)) inside = true;
      const text = inside ? line.replace(/^\s*\/?\*+\/? ?/, '') : '';
      if (line.includes('*/')) inside = false;
      return text;
    })
    .join('\n');
}
