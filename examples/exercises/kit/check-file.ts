import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Claim } from './claim.js';

/** What became of a file. */
export interface CheckOutcome {
  /** The claims that hold, in order. */
  readonly held: readonly string[];
  /** The first that does not; absent if the exercise is solved. */
  readonly notYet?: { readonly holds: string; readonly words: string; readonly hint: string };
}

/** Tries the claims on a file, up to the first that does not hold. `onHeld` is told as they hold. */
export async function checkFile(
  claims: readonly Claim[],
  file: string,
  onHeld: (holds: string) => void = () => undefined,
): Promise<CheckOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'exercise-'));
  const held: string[] = [];
  try {
    for (const { holds, test, hint, seconds = 60 } of claims) {
      const folder = join(root, String(held.length));
      await mkdir(folder);
      const words = await inTime(test({ file, folder }), seconds).catch(wordsOf);
      if (words !== undefined) return { held, notYet: { holds, words, hint } };
      held.push(holds);
      onHeld(holds);
    }
    return { held };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function inTime(test: Promise<string | undefined>, seconds: number): Promise<string | undefined> {
  const abort = new AbortController();
  const late = pause(seconds * 1000, `Nothing came of it within ${seconds} seconds.`, { signal: abort.signal });
  try {
    return await Promise.race([test, late]);
  } finally {
    abort.abort();
    late.catch(() => undefined);
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `It threw ${String(error)}.`;
  const { code } = error as { code?: unknown };
  return `It threw ${typeof code === 'string' ? `${code}: ` : ''}${error.message}`;
}
