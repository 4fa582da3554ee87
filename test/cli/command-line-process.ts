import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Printed } from './terminal.js';

export const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const root = here('../..');
/** What Node is given to be the command line. */
export const main = ['--import', 'tsx', here('../../sdk/cli/main.ts')];
const { PATH, HOME } = process.env;
export const environment = { PATH, HOME };

/** Calls the command line as a process of its own. */
export function start(argv: readonly string[], env: Record<string, string> = {}): Promise<Printed> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...main, ...argv], { cwd: root, env: { ...environment, ...env } }, (error, out, err) => {
      resolve({ out, err, exit: error ? Number(error.code) : 0 });
    });
  });
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
}
