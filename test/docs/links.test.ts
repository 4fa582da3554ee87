import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, projectRoot } from './code-blocks.js';
import { allLinks, faultOf, linksIn } from './links.js';

const told = (links: ReturnType<typeof linksIn>) =>
  links.flatMap((link) => {
    const fault = faultOf(link);
    return fault === undefined ? [] : [`${link.file}:${link.line} ${link.target} ${fault}`];
  });

describe('the links of the documents and the docstrings', () => {
  it('are found', () => {
    const links = allLinks();
    expect(links.length).toBeGreaterThan(100);
    expect(links.map(({ target }) => target)).toContain('docs/images/readiness.png');
  });

  it('lead somewhere', () => {
    expect(told(allLinks())).toEqual([]);
  });

  it('are told of with their place where they do not', () => {
    const markdown = [
      '[no file](nowhere.md), [no heading](errors.md#nothing), [out](../../elsewhere.md)',
      '```ts',
      'const code = "[in a block](nowhere.md)";',
      '```',
      'and `[in code](nowhere.md)`, [no address](https://), [not safe](http://example.com/), ![a picture](images/none.png)',
      '[good](errors.md) [better](errors.md#errors) [own](#wrong) [far](https://example.com/a) [near](http://localhost:8080/)',
      '[ref]: none.md',
    ].join('\n');
    expect(told(linksIn('docs/guide.md', markdown))).toEqual([
      'docs/guide.md:1 nowhere.md there is no such file',
      'docs/guide.md:1 errors.md#nothing docs/errors.md has no heading #nothing',
      'docs/guide.md:1 ../../elsewhere.md leads out of the project',
      'docs/guide.md:5 https:// is no address',
      'docs/guide.md:5 http://example.com/ is no https address',
      'docs/guide.md:5 images/none.png there is no such file',
      'docs/guide.md:6 #wrong docs/guide.md has no heading #wrong',
      'docs/guide.md:7 none.md there is no such file',
    ]);
  });
});

describe('the documents', () => {
  it('all have their place in the sidebar of the site, once', () => {
    const { guides } = JSON.parse(readFileSync(join(projectRoot, 'typedoc.json'), 'utf8')) as { guides: Record<string, string[]> };
    const named = filesIn('docs', '.md').filter((file) => !file.startsWith('docs/decisions/'));
    expect(Object.values(guides).flat().toSorted()).toEqual([...named, 'docs/decisions/*.md'].toSorted());
  });
});
