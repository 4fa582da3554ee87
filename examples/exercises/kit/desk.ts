import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exercisesFolder, type Exercise } from './exercise.js';

/** Where a learner works: copies of the files to begin with, which git ignores, and a note of what is solved. */
export class Desk {
  readonly #folder: string;

  constructor(folder = join(exercisesFolder, 'mine')) {
    this.#folder = folder;
  }

  /** The learner's file of an exercise. */
  fileOf({ name }: Exercise): string {
    return join(this.#folder, `${name}.ts`);
  }

  /** The file as one would name it here. */
  pathOf(exercise: Exercise): string {
    return relative(process.cwd(), this.fileOf(exercise));
  }

  /** Lays the file out if it is not there yet; resolves to whether it was laid out now. */
  async layOut(exercise: Exercise): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    if (existsSync(this.fileOf(exercise))) return false;
    await copyFile(exercise.start, this.fileOf(exercise));
    return true;
  }

  /** Begins an exercise anew; resolves to the name under which the learner's file is kept, if there was one. */
  async reset(exercise: Exercise): Promise<string | undefined> {
    const kept = (await this.#isEdited(exercise)) ? await this.#putAside(exercise) : undefined;
    await this.layOut(exercise);
    await this.note(exercise, false);
    return kept;
  }

  async solved(): Promise<readonly string[]> {
    const text = await readFile(this.#notes, 'utf8').catch(() => '[]');
    return JSON.parse(text) as string[];
  }

  async note({ name }: Exercise, solved: boolean): Promise<void> {
    const others = (await this.solved()).filter((it) => it !== name);
    await writeFile(this.#notes, `${JSON.stringify(solved ? [...others, name].toSorted() : others)}\n`);
  }

  get #notes(): string {
    return join(this.#folder, 'solved.json');
  }

  async #isEdited(exercise: Exercise): Promise<boolean> {
    const mine = await readFile(this.fileOf(exercise), 'utf8').catch(() => undefined);
    return mine !== undefined && mine !== (await readFile(exercise.start, 'utf8'));
  }

  async #putAside({ name }: Exercise): Promise<string> {
    for (let n = 1; ; n++) {
      // Not a source file any more: it is neither compiled nor linted.
      const aside = join(this.#folder, `${name}.${n}.bak`);
      if (existsSync(aside)) continue;
      await rename(join(this.#folder, `${name}.ts`), aside);
      return relative(process.cwd(), aside);
    }
  }
}
