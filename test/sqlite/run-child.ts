import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('database-child.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command of a child that does this; to be run in the project's folder. */
export const childCommand = (what: string, file: string): string[] => [process.execPath, '--import', 'tsx', child, what, file];

/** No file of the command may become larger than this many blocks of 512 bytes. */
export const withFileLimit = (blocks: number, command: readonly string[]) => [
  'sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', ...command,
]; // prettier-ignore

export function start([command = '', ...args]: readonly string[]): ChildProcess {
  return spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** What the child says on its last line. */
export async function answer(started: ChildProcess): Promise<unknown> {
  let text = '';
  for await (const chunk of started.stdout!) text += String(chunk);
  return JSON.parse(text.trim().split('\n').at(-1) || 'null');
}
