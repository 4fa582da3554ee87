import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Records in a folder, one file a key; the first that is kept under a key stays, whoever else writes at the same time. */
export class KeyedFiles<T> {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the record, unless there is one of this key; returns the one that is there. */
  async keep(key: string, record: T): Promise<T> {
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, JSON.stringify({ key, record }));
    try {
      // A file appears under its name whole or not at all.
      await link(draft, this.#path(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft);
    }
    return (await this.find(key))!;
  }

  async find(key: string): Promise<T | undefined> {
    try {
      return (JSON.parse(await readFile(this.#path(key), 'utf8')) as { record: T }).record;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #path(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }
}
