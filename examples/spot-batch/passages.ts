import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../docs/', import.meta.url);

/** What there is to be indexed: the pages of this project's own documentation. */
export const pages: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .toSorted();

/** The paragraphs of a page, without its code. */
export function passagesOf(page: string): string[] {
  return readFileSync(new URL(page, folder), 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .split(/\n{2,}/)
    .map((passage) => passage.replace(/\s+/g, ' ').trim())
    .filter((passage) => passage.length > 40);
}
