import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { CommitGroup, Refused } from '../../sdk/sqlite/commit-group.js';

function group() {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO notes VALUES (?, ?)');
  return { db, commits: new CommitGroup(db), add: (id: unknown, text: unknown) => () => insert.run(id, text).changes };
}

const texts = (db: Database.Database) => db.prepare('SELECT text FROM notes ORDER BY id').pluck().all();

describe('the writes of one turn', () => {
  it('share one transaction', async () => {
    const { db, commits, add } = group();
    const seen: boolean[] = [];
    await Promise.all([commits.add(add(1, 'a')), commits.add(() => seen.push(db.inTransaction)), commits.add(add(2, 'b'))]);
    expect(seen).toEqual([true]);
    expect(texts(db)).toEqual(['a', 'b']);
  });

  it.each([
    ['cannot be bound', [2, { not: 'text' }]],
    ['breaks a constraint', [2, null]],
    ['has the key of another', [1, 'again']],
  ])('are all made but the one that %s', async (_, [id, text]) => {
    const { db, commits, add } = group();
    const outcomes = await Promise.allSettled([commits.add(add(1, 'a')), commits.add(add(id, text)), commits.add(add(3, 'c'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(texts(db)).toEqual(['a', 'c']);
  });

  it('answer for themselves when they refuse', async () => {
    const { db, commits, add } = group();
    const refusal = new DurableFlowError('DF_FENCED', 'no more');
    const refuse = () => {
      throw new Refused(refusal);
    };
    const outcomes = await Promise.allSettled([commits.add(add(1, 'a')), commits.add(refuse), commits.add(add(2, 'b'))]);
    expect(outcomes[1]).toEqual({ status: 'rejected', reason: refusal });
    expect(texts(db)).toEqual(['a', 'b']);
  });

  it('are a transaction though there is but one', async () => {
    const { db, commits } = group();
    expect(await commits.add(() => db.inTransaction)).toBe(true);
  });

  it('are no transaction but the one statement that they are', async () => {
    const { db, commits, add } = group();
    const inTransaction: boolean[] = [];
    const statement = (id: unknown, text: unknown) => () => (inTransaction.push(db.inTransaction), add(id, text)());
    await commits.add(statement(1, 'a'), true);
    await Promise.all([commits.add(statement(2, 'b'), true), commits.add(statement(3, 'c'), true)]);
    await expect(commits.add(statement(3, 'again'), true)).rejects.toMatchObject({ code: 'DF_STORE_UNAVAILABLE' });
    const refusal = new DurableFlowError('DF_FENCED', 'no more');
    const refuse = () => {
      throw new Refused(refusal);
    };
    await expect(commits.add(refuse, true)).rejects.toBe(refusal);
    expect(inTransaction).toEqual([false, true, true, false]);
    expect(texts(db)).toEqual(['a', 'b', 'c']);
  });

  it('all fail with the store', async () => {
    const { commits, add, db } = group();
    const both = [commits.add(add(1, 'a')), commits.add(add(2, 'b'))];
    db.close();
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are refused after closing', async () => {
    const { commits, add } = group();
    commits.close();
    await expect(commits.add(add(1, 'a'))).rejects.toMatchObject({ code: 'DF_CLOSED' });
  });
});
