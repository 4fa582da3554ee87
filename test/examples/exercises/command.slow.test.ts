import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../docs/code-blocks.js';
import { plainEnv } from '../../fixtures/plain-env.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { exercises } from './check-answers.js';

it('takes a learner from the task over a hint to a tick', () => {
  const desk = tempFolder();
  // As in the project, where the desk usually is: else Node takes the learner's file for CommonJS.
  writeFileSync(join(desk, 'package.json'), '{ "type": "module" }');
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'examples/exercises/main.ts', ...args], {
      cwd: projectRoot,
      env: { ...plainEnv(), EXERCISES_DESK: desk },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  expect(run().stdout).toContain(`0 of ${exercises.length} solved. Next: npm run exercise 1`);

  const begun = run('6');
  expect(begun.status).toBe(1);
  expect(begun.stdout).toContain('just laid out for you to edit');
  expect(begun.stdout).toContain('✗ Not yet: an order that was begun by the old code');
  expect(begun.stdout).toContain('Hint:');

  const exercise = exercises.find(({ number }) => number === 6)!;
  copyFileSync(exercise.solution, join(desk, `${exercise.name}.ts`));
  const solved = run('6');
  expect(solved).toMatchObject({ status: 0, stderr: '' });
  expect(solved.stdout).toContain('Solved. 5 of 5 hold.');
  expect(run().stdout).toContain(`✔  6  ${exercise.title}`);

  expect(run('6', '--reset').stdout).toContain('What you had is in');
  expect(run('77')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`There is no exercise 77; there are 1 to ${exercises.length}.`),
  });
});
