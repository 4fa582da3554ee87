import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Megabytes of a process and its children, what they share counted once; 0 where the system does not tell (only Linux does). */
export function memoryOfTree(pid: number): number {
  if (!existsSync('/proc/self/smaps_rollup')) return 0;
  const parents = new Map(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [[Number(name), parentOf(name)] as const] : [])));
  const tree = [...parents.keys()].filter((one) => one === pid || parents.get(one) === pid);
  return tree.reduce((sum, one) => sum + proportional(one), 0) / 1024;
}

function parentOf(pid: string): number {
  return Number(readIfThere(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1]);
}

function proportional(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
