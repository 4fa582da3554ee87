import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SqliteStore, type EffectRecord, type RunStatus } from 'durableflow';
import type { Usage } from '../models/triager.js';

/** Where the story takes place, and how slow its outside world is; times in milliseconds. */
export interface Stage {
  readonly db: string;
  readonly outbox: string;
  /** What the model's provider writes down: one line a question. */
  readonly bill: string;
  /** The mails of the story, or the whole sample mailbox; so many at once. */
  readonly mails: 'few' | 'all';
  readonly concurrency: number;
  readonly modelLatency: number;
  readonly confirmation: number;
}

/** The stage in a folder of its own below this one. */
export function stageIn(parent: string, name = 'crash-story'): Stage {
  const folder = join(parent, name);
  return {
    db: join(folder, 'inbox.db'),
    outbox: join(folder, 'outbox'),
    bill: join(folder, 'bill.jsonl'),
    mails: 'few',
    concurrency: 1,
    modelLatency: 350,
    confirmation: 1500,
  };
}

/** Sets the stage, and clears away what an earlier story has left there. */
export async function setStage(parent: string, name?: string): Promise<Stage> {
  const stage = stageIn(parent, name);
  await rm(dirname(stage.db), { recursive: true, force: true });
  await mkdir(stage.outbox, { recursive: true });
  return stage;
}

/** One run, as the file holds it. */
export interface RunOnDisk {
  readonly id: string;
  readonly status: RunStatus;
  /** Calls that are recorded, with their methods. */
  readonly steps: readonly { readonly call: number; readonly method: string }[];
  readonly effects: readonly EffectRecord[];
}

/** What the SQLite file holds, oldest run first. Only reads, and by a connection of its own. */
export async function readDisk({ db }: Stage): Promise<RunOnDisk[]> {
  const store = new SqliteStore(db);
  try {
    return store
      .runs({})
      .toReversed()
      .map(({ id, status }) => ({
        id,
        status,
        steps: store.journal(id).map(({ call, name }) => ({ call, method: name })),
        effects: store.effects(id),
      }));
  } finally {
    await store.close();
  }
}

/** The replies that were really written, by file name. */
export async function readOutbox({ outbox }: Stage): Promise<string[]> {
  return (await readdir(outbox)).filter((name) => name.endsWith('.eml')).sort();
}

export async function readBill({ bill }: Stage): Promise<Usage[]> {
  const lines = (await readFile(bill, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Usage);
}
