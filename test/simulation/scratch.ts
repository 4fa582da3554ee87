import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'durableflow';

let folder: string | undefined;
let empty: string | undefined;

/** Where files of simulations are while this process lives: in memory, if there is such a place. */
function scratch(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'durableflow-simulation-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return (folder = made);
}

/** A new folder, for one simulation. */
export const scratchFolder = (): string => mkdtempSync(join(scratch(), 'case-'));

/** A file with the schema and nothing else: to make it takes as long as to execute a small program. */
export function emptyFile(): string {
  if (empty !== undefined) return empty;
  empty = join(scratch(), 'empty.db');
  void new SqliteStore(empty).close();
  return empty;
}
