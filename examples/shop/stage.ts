import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What a process of the story is told. */
export interface Stage {
  readonly db: string;
  /** Where the shop and the model are. */
  readonly url: string;
}

/** A new file in a folder of its own below this one; what an earlier story has left there is cleared away. */
export async function freshFile(parent: string, story: string): Promise<string> {
  const folder = join(parent, story);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return join(folder, 'desk.db');
}

/** For a process of the story, which has loaded its framework before it is its turn: waits until it is told to begin. */
export async function turn(): Promise<void> {
  await once(process.stdin, 'data');
  process.stdin.destroy();
}
