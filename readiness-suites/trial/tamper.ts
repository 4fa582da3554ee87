import Database from 'better-sqlite3';
import { decode, encode } from '../../sdk/journal/index.js';

/**
 * What somebody with access to the file can do to decisions that have been made: their arguments become those that `change`
 * makes of them, and nothing else is different.
 */
export function editDecisions(database: string, change: (args: unknown) => unknown): void {
  const file = new Database(database);
  try {
    const update = file.prepare('UPDATE approvals SET edited = ? WHERE id = ?');
    for (const { id, args } of file.prepare("SELECT id, args FROM approvals WHERE verdict = 'approved'").all() as Row[])
      update.run(encode(change(decode(args)), 'the changed arguments'), id);
  } finally {
    file.close();
  }
}

interface Row {
  readonly id: number;
  readonly args: string;
}
