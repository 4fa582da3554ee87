import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkTypes } from './check-types.js';
import { allCodeBlocks, codeBlocksIn, filesIn } from './code-blocks.js';
import { exampleProject, type ExampleProject } from './example-project.js';
import { runExamples } from './run-examples.js';

// The compiler and the examples take seconds, and many of them where other work shares the machine.
vi.setConfig({ testTimeout: 120_000 });

describe('the examples of the documents and the docstrings', () => {
  let project: ExampleProject;
  beforeAll(() => {
    project = exampleProject(allCodeBlocks());
  });
  afterAll(() => project[Symbol.dispose]());

  it('are found', () => {
    const files = new Set(project.examples.map(({ block }) => block.file));
    expect(files).toContain('README.md');
    expect(files).toContain('docs/guide.md');
    expect(files.size).toBeGreaterThan(10);
    expect(filesIn('docs', '.md')).toContain('docs/guide.md');
  });

  it('compile', () => {
    expect(checkTypes(project)).toEqual([]);
  });

  // With legacy ones they are run by doc-examples.slow.test.ts.
  it('run, and print what they say, with standard decorators', async () => {
    expect(await runExamples(project, 'standard')).toEqual([]);
  });
});

describe('an example that is wrong', () => {
  const markdown = [
    '# Wrong',
    '```ts',
    "import { candidates } from 'durableflow';",
    "console.log(candidates([{ id: 'a', text: 'b' }]).selected.length); // 2",
    'console.log(1); // 1',
    '```',
    '```ts',
    "throw new Error('out of order');",
    '```',
    '```ts no-run',
    "const count: number = 'one';",
    'console.log(count); // 1',
    '```',
    '',
  ].join('\n');

  it('is told of with its place', async () => {
    using project = exampleProject(codeBlocksIn('docs/wrong.md', markdown));
    expect(checkTypes(project)).toEqual(["docs/wrong.md:11 Type 'string' is not assignable to type 'number'."]);
    expect(await runExamples(project, 'standard')).toEqual([
      'docs/wrong.md:4 promises 2 and prints 1',
      expect.stringMatching(/^docs\/wrong\.md:8 threw Error: out of order/),
    ]);
  });
});
