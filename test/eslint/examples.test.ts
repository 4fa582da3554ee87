import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCodeBlocks, filesIn, projectRoot } from '../docs/code-blocks.js';
import { lint } from './lint.js';

/** Deliberate mistakes, which the rules have to find before any test does. */
const mistaken = [
  'examples/unsafe-agents/rolls-dice.ts',
  'examples/basics/12-the-same-way-twice.ts',
  'examples/exercises/06-change-the-code/exercise.ts',
];

describe('our own workflows', () => {
  it.each(mistaken)('break the rules where they are meant to, in %s', (file) => {
    expect(lint(readFileSync(join(projectRoot, file), 'utf8'))).not.toEqual([]);
  });

  it.each(filesIn('examples', '.ts').filter((file) => !mistaken.includes(file)))('keep the rules in %s', (file) => {
    expect(lint(readFileSync(join(projectRoot, file), 'utf8'))).toEqual([]);
  });

  it('keep the rules in the documents, where they do not show what is wrong', () => {
    const blocks = allCodeBlocks().filter(({ language, code }) => language === 'ts' && !code.includes('// wrong'));
    expect(blocks.flatMap(({ file, line, code }) => lint(code).map((message) => `${file}:${line} ${message}`))).toEqual([]);
  });
});
