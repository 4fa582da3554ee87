import Database from 'better-sqlite3';
import type { MeasuredIndex } from './measure-index.js';

/** SQLite's own full-text index, with its own ranking: what is left of a context index without terms, weights and filters of ours. */
export function ftsFloor(): MeasuredIndex & { close(): void } {
  const db = new Database('');
  db.exec('CREATE TABLE documents (id TEXT PRIMARY KEY, place INTEGER UNIQUE); CREATE VIRTUAL TABLE texts USING fts5(text)');
  const find = db.prepare<[string], { place: number }>('SELECT place FROM documents WHERE id = ?');
  const name = db.prepare<[string, number]>('INSERT INTO documents (id, place) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM texts WHERE rowid = ?');
  const insert = db.prepare('INSERT INTO texts (rowid, text) VALUES (?, ?)');
  const search = db.prepare('SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?');
  let places = 0;
  return {
    async put(documents) {
      db.transaction(() => {
        for (const { id, text } of documents) {
          const place = find.get(id)?.place ?? ++places;
          if (place === places) name.run(id, place);
          else remove.run(place);
          insert.run(place, text);
        }
      })();
    },
    async search(query, { limit }) {
      const words = [...new Set(query.split(' '))].map((word) => `"${word}"`);
      return search.all(words.join(' OR '), limit);
    },
    close: () => db.close(),
  };
}
