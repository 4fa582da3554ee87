import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../docs/code-blocks.js';

/** Builds the page as `npm run build:page` does, so that what is tried is what the sources say. */
export async function buildPage(): Promise<void> {
  await build({ root: join(projectRoot, 'sdk/ui/page'), logLevel: 'error' });
}
