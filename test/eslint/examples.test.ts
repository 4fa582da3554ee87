import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCodeBlocks, filesIn, projectRoot } from '../docs/code-blocks.js';
import { lint } from './lint.js';

describe('our own workflows', () => {
  it.each(filesIn('examples', '.ts'))('keep the rules in %s', (file) => {
    expect(lint(readFileSync(join(projectRoot, file), 'utf8'))).toEqual([]);
  });

  it('keep the rules in the documents, where they do not show what is wrong', () => {
    const blocks = allCodeBlocks().filter(({ language, code }) => language === 'ts' && !code.includes('// wrong'));
    expect(blocks.flatMap(({ file, line, code }) => lint(code).map((message) => `${file}:${line} ${message}`))).toEqual([]);
  });
});
