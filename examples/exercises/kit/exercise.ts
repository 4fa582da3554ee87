import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from './claim.js';

/** One exercise: a folder with a task, a file to begin with, a model answer and a check. */
export interface Exercise {
  readonly number: number;
  /** The name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly task: string;
  readonly start: string;
  readonly solution: string;
  /** Loads what the check is made of. */
  claims(): Promise<readonly Claim[]>;
}

export const exercisesFolder = join(import.meta.dirname, '..');

/** All exercises, in the order of their numbers. */
export async function allExercises(): Promise<Exercise[]> {
  const names = (await readdir(exercisesFolder)).filter((name) => /^\d\d-/.test(name)).toSorted();
  return Promise.all(names.map(readExercise));
}

async function readExercise(name: string): Promise<Exercise> {
  const folder = join(exercisesFolder, name);
  const task = await readFile(join(folder, 'task.md'), 'utf8');
  return {
    number: Number(name.slice(0, 2)),
    name,
    title: task.split('\n')[0]!.replace('# ', ''),
    task,
    start: join(folder, 'exercise.ts'),
    solution: join(folder, 'solution.ts'),
    claims: async () => ((await import(`../${name}/check.ts`)) as { claims: readonly Claim[] }).claims,
  };
}
