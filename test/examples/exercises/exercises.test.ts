import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentWithTables } from '../../docs/document-with-table.js';
import { exercises, testAnswers } from './check-answers.js';

it('the exercises are numbered from 1 without a gap, and each fits on one screen', () => {
  expect(exercises.map(({ number }) => number)).toEqual(exercises.map((_, index) => index + 1));
  for (const { task, title, start, solution } of exercises) {
    expect(title).not.toBe('');
    expect(task.split('\n').length, title).toBeLessThanOrEqual(30);
    expect(existsSync(start) && existsSync(solution), title).toBe(true);
  }
});

testAnswers('fast');

// `npx vitest run test/examples/exercises --update` writes the table anew.
it('docs/exercises.md lists them, each with the first sentence of its task', async () => {
  const rows = exercises.map(({ number, title, task }) => [String(number), title, firstSentence(task)]);
  const document = documentWithTables('docs/exercises.md', { exercises: [['No.', 'Exercise', 'What it asks'], ...rows] });
  await expect(document).toMatchFileSnapshot('../../../docs/exercises.md');
});

const firstSentence = (task: string) => /\n\n([\s\S]+?\.)\s/.exec(task)![1]!.replaceAll('\n', ' ');
