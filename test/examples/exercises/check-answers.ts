import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../../examples/exercises/kit/check-file.js';
import { allExercises } from '../../../examples/exercises/kit/exercise.js';

const wrongFolder = join(import.meta.dirname, 'wrong');
/** Answers that look right. The first line of each says what the check has against it. */
const wrongAnswers = readdirSync(wrongFolder).toSorted();

/** The exercises whose checks kill processes, run Vitest or simulate batches. */
const slowOnes = [1, 2, 8, 9, 10];
const isSlow = (number: number) => slowOnes.includes(number);

export const exercises = await allExercises();

/** Tests of the checks: what each says to its beginning, to its model answer, and to answers that look right. */
export function testAnswers(which: 'slow' | 'fast'): void {
  describe.each(exercises.filter(({ number }) => isSlow(number) === (which === 'slow')))('exercise $name', (exercise) => {
    it('does not pass as it is laid out, and gives its first hint', async () => {
      const claims = await exercise.claims();
      const { held, notYet } = await checkFile(claims, exercise.start);
      expect(held).toEqual([]);
      expect(notYet).toMatchObject({ holds: claims[0]!.holds, hint: claims[0]!.hint });
      expect(notYet!.words).not.toBe('');
    });

    it('has a model answer that passes', async () => {
      const claims = await exercise.claims();
      expect(await checkFile(claims, exercise.solution)).toEqual({ held: claims.map(({ holds }) => holds) });
    });

    const wrong = wrongAnswers.filter((file) => file.startsWith(exercise.name.slice(0, 3)));
    it('is tried with answers that look right', () => expect(wrong.length).toBeGreaterThan(0));

    it.each(wrong)('is not taken in by %s', async (file) => {
      const path = join(wrongFolder, file);
      const said = /^\/\/ The check says: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
      expect(said).toBeDefined();
      const { held, notYet } = await checkFile(await exercise.claims(), path);
      expect(notYet?.words, held.join('\n')).toContain(said);
    });
  });
}
