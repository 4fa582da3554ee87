import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow } from '../../sdk/durable-flow.js';
import { decode, encode } from '../../sdk/journal/index.js';
import type { TrialEngine, TrialPlace } from './trial-engine.js';

/** The engine of one machine: each trial has a file of its own. */
export const sqliteEngine: TrialEngine = {
  name: 'SQLite',
  writesToDisk: true,
  writtenWhere: 'into the file',
  tamperedWhere: 'in the file',
  async open(folder) {
    const file = join(folder, 'run.db');
    const place: TrialPlace = {
      runId: 'readiness',
      addressFor: () => ({ kind: 'sqlite', file }),
      // The file is the trial's alone.
      isOurs: () => true,
      declaredName: (workflow) => workflow,
      // Its processes find each other in the file.
      joined() {},
      standsStill() {},
      open: async (options = {}) => (existsSync(file) ? DurableFlow.open(file, { guard: 'off', ...options }) : undefined),
      // Whoever looks into the file sees what is.
      isMoving: async () => false,
      async tamper(decide, change) {
        await decide(place);
        editDecisions(file, change);
      },
      // The file goes with the folder.
      async close() {},
    };
    return place;
  },
};

/** What somebody with access to the file can do to decisions that have been made: their arguments become others, and nothing else. */
function editDecisions(file: string, change: (args: unknown) => unknown): void {
  const database = new Database(file);
  try {
    const update = database.prepare('UPDATE approvals SET edited = ? WHERE id = ?');
    for (const { id, args } of database.prepare("SELECT id, args FROM approvals WHERE verdict = 'approved'").all() as Row[])
      update.run(encode(change(decode(args)), 'the changed arguments'), id);
  } finally {
    database.close();
  }
}

interface Row {
  readonly id: number;
  readonly args: string;
}
