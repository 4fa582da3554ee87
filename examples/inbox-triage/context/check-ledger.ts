import { SqliteStore } from 'durableflow';
import { readBill, type Stage } from '../crash-story/stage.js';
import { count } from '../cli/terminal.js';

/** Something that must be true of the ledger, and whether it is. */
export interface LedgerFact {
  readonly what: string;
  readonly kept: boolean;
}

const asksModel = (method: string) => method === 'classify' || method === 'draft';

/** How many questions to a model the file has on record. */
export function questionsOnRecord(db: string): number {
  return withStore(db, (store) => allRuns(store).reduce((sum, id) => sum + questionsOf(store, id), 0));
}

/** Holds the ledger against the journal and against the provider's bill; `lost` questions were under way at the kill. */
export async function checkLedger(stage: Stage, lost: number): Promise<{ facts: readonly LedgerFact[]; kept: boolean }> {
  const asked = (await readBill(stage)).length;
  const facts = withStore(stage.db, (store) => {
    const runs = allRuns(store);
    const steps = runs.flatMap((id) => {
      const decisions = new Map(store.decisions(id).map((it) => [it.call, it]));
      return store
        .journal(id)
        .filter(({ name }) => asksModel(name))
        .map(({ call }) => decisions.get(call)?.modelCalls.length ?? 0);
    });
    const recorded = runs.reduce((sum, id) => sum + questionsOf(store, id), 0);
    return [
      {
        what: `${count(steps.length, 'step')} of ${count(runs.length, 'mail')} asked a model: each has its question on record`,
        kept: steps.every((n) => n > 0),
      },
      { what: 'and none has it twice', kept: steps.every((n) => n < 2) && recorded === steps.length },
      {
        what: `the provider was asked ${asked} times: ${recorded} on record, ${lost} lost in the kill and asked again`,
        kept: asked === recorded + lost,
      },
    ];
  });
  return { facts, kept: facts.every(({ kept }) => kept) };
}

const allRuns = (store: SqliteStore) => store.runs({ limit: Number.MAX_SAFE_INTEGER }).map(({ id }) => id);

const questionsOf = (store: SqliteStore, id: string) => store.decisions(id).reduce((sum, { modelCalls }) => sum + modelCalls.length, 0);

function withStore<T>(db: string, read: (store: SqliteStore) => T): T {
  const store = new SqliteStore(db);
  try {
    return read(store);
  } finally {
    void store.close();
  }
}
