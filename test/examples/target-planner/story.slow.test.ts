import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { tellStory } from '../../../examples/target-planner/story.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('tells five scenes, keeps what it promises, and says why in plain words', async () => {
  let told = '';
  const sink = new Writable({ write: (chunk, _, done) => done(void (told += String(chunk))) });
  const began = performance.now();
  expect(await tellStory(sink, tempFolder())).toBe(true);
  expect(performance.now() - began).toBeLessThan(60_000);
  const lines = told.split('\n').map((line) => line.trim());
  expect(lines.filter((line) => /^\d {2}[A-Z]/.test(line))).toEqual([
    '1  Nothing is known yet',
    '2  It stays on this machine',
    '3  A check fails, and it goes on',
    '4  Nobody may be asked',
    '5  The budget is nearly used up',
    '6  What was promised',
  ]);
  expect(lines.filter((line) => /^[✓✗] /.test(line))).toEqual([
    '✓ Answered by the laptop model, which cost nothing.',
    '✓ Answered by the laptop model, which cost nothing.',
    '✓ Answered by the small cloud model after the laptop model failed its check.',
    '✗ Nobody was asked: no target that is otherwise allowed has the tier frontier.',
    '✓ Answered by the laptop model, the cheapest, because the budget is nearly used up.',
  ]);
  expect(told).toContain('422 infeasible');
  expect(told).toMatch(/the laptop model +failed its check: the answer is no JSON/);
  expect(told).toMatch(/the large cloud model +stands by/);
  expect(told).toContain('charged to the budget demo');
  expect(told).toMatch(/beside +the small cloud model +passed its check/);
  expect(lines.filter((line) => line.startsWith('✔'))).toHaveLength(4);
  expect(told).not.toContain('BROKEN');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
});
