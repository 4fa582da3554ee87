import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { Desk } from '../../../examples/exercises/kit/desk.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { exercises } from './check-answers.js';

const [first] = exercises;

it("lays a file out once, and keeps a learner's work when it begins anew", async () => {
  const desk = new Desk(tempFolder());
  const file = desk.fileOf(first!);
  expect(await desk.layOut(first!)).toBe(true);
  expect(await desk.layOut(first!)).toBe(false);
  // Nothing was done, so there is nothing to keep.
  expect(await desk.reset(first!)).toBeUndefined();

  for (const [n, work] of ['my work', 'more of it'].entries()) {
    writeFileSync(file, work);
    const kept = await desk.reset(first!);
    expect(basename(kept!)).toBe(`${first!.name}.${n + 1}.bak`);
    expect(readFileSync(kept!, 'utf8')).toBe(work);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(first!.start, 'utf8'));
  }
});

it('remembers what is solved, until it is begun anew', async () => {
  const desk = new Desk(tempFolder());
  expect(await desk.solved()).toEqual([]);
  await desk.layOut(first!);
  await desk.note(first!, true);
  await desk.note(first!, true);
  expect(await desk.solved()).toEqual([first!.name]);
  await desk.reset(first!);
  expect(await desk.solved()).toEqual([]);
});
