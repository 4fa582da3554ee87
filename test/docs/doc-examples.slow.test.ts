import { expect, it } from 'vitest';
import { allCodeBlocks } from './code-blocks.js';
import { exampleProject } from './example-project.js';
import { runExamples } from './run-examples.js';

it('the examples of the documents and the docstrings print what they say with legacy decorators too', async () => {
  using project = exampleProject(allCodeBlocks());
  expect(project.examples.length).toBeGreaterThan(100);
  expect(await runExamples(project, 'legacy')).toEqual([]);
});
