import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { projectRoot } from '../docs/code-blocks.js';

/** Writes a document of the project with the layout that all of them have. */
export async function writeDocument(file: string, text: string): Promise<void> {
  const path = join(projectRoot, file);
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
