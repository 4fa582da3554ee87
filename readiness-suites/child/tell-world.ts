import type { Job } from './job.js';

/** Tells the world that this process has come to a place; resolves if the world lets it go on from there. */
export async function tellWorld(
  { world, life }: Pick<Job, 'world' | 'life'>,
  what: 'reach' | 'note' | 'meet',
  words: string,
): Promise<boolean> {
  const response = await fetch(`${world}/${what}/${life}/${encodeURIComponent(words)}`, {
    method: 'POST',
    headers: { 'x-readiness-life': String(life) },
  }).catch(() => undefined);
  return response?.ok === true;
}
