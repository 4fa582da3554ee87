import { SqliteStore } from 'durableflow';
import { expect, it } from 'vitest';

it('tables of one’s own are read and written in the file of the store, each write for itself', async () => {
  const store = new SqliteStore(':memory:');
  await store.write((db) => db.prepare('CREATE TABLE notes (text TEXT NOT NULL) STRICT').run());
  const insert = (text: unknown) => store.write((db) => db.prepare('INSERT INTO notes VALUES (?)').run(text).changes);
  const written = await Promise.allSettled([insert('one'), insert(null), insert('two')]);
  expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(store.read((db) => db.prepare('SELECT text FROM notes').all())).toEqual([{ text: 'one' }, { text: 'two' }]);
  await store.close();
  expect(() => store.read((db) => db.prepare('SELECT 1').get())).toThrow(expect.objectContaining({ code: 'DF_CLOSED' }));
});
