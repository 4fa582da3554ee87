import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { candidates, ContextIndex, DurableFlow } from 'durableflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';

function openIndex(file?: string): ContextIndex {
  const index = new ContextIndex(file);
  onTestFinished(() => index.close());
  return index;
}

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
const find = async (index: ContextIndex, query: string, limit = 10) => idsOf(await index.search(query, { limit }));

describe('a ContextIndex', () => {
  it('finds what has most to do with a query, best first, as items that can be offered', async () => {
    const index = openIndex();
    await index.put([
      { id: 'hours', text: 'The shop opens at nine.' },
      { id: 'bells', text: 'Bells, a bell for every bike.' },
      { id: 'long', text: `A bell is mentioned once here. ${'Weather and streets. '.repeat(30)}` },
    ]);
    expect(await index.search('Where is the bell?')).toEqual([
      { id: 'bells', text: 'Bells, a bell for every bike.' },
      { id: 'long', text: expect.stringContaining('once') as string },
    ]);
    expect(await find(index, 'bell', 1)).toEqual(['bells']);
    expect(await find(index, 'nothing like it')).toEqual([]);
    expect(await find(index, '')).toEqual([]);
    expect(candidates(await index.search('shop')).selected[0]!.id).toBe('hours');
  });

  it('follows what is added, changed and taken out', async () => {
    const index = openIndex();
    await index.put([{ id: 'a', text: 'red bike' }, { id: 'b', text: 'red bell' }]); // prettier-ignore
    await index.put([{ id: 'a', text: 'blue bike' }]);
    expect(await find(index, 'red')).toEqual(['b']);
    expect(await find(index, 'blue')).toEqual(['a']);
    await index.remove(['b', 'was never there']);
    expect(await find(index, 'red')).toEqual([]);
    expect(await index.size()).toBe(1);
    await index.put([{ id: 'b', text: 'green bell' }]);
    expect(await find(index, 'bell')).toEqual(['b']);
  });

  it('knows every script, accents and the names of object members', async () => {
    const index = openIndex();
    await index.put(
      ['constructor', '__proto__', '自転車の修理について', 'ราคาจักรยาน', 'Größe der Straße', 'déjà vu', 'почта', 'हिन्दी में'].map((text) => ({ id: text, text })), // prettier-ignore
    );
    for (const [query, id] of [
      ['constructor', 'constructor'],
      ['proto', '__proto__'],
      ['修理', '自転車の修理について'],
      ['ราคา', 'ราคาจักรยาน'],
      ['STRASSE', 'Größe der Straße'],
      ['groesse grosse', 'Größe der Straße'],
      ['deja', 'déjà vu'],
      ['ПОЧТА', 'почта'],
      ['हिन्दी', 'हिन्दी में'],
    ] as const)
      expect(await find(index, query)).toEqual([id]);
  });

  it('takes a query for text, whatever stands in it', async () => {
    const index = openIndex();
    await index.put([{ id: 'a', text: 'and or not' }]);
    for (const query of ['"', 'a" OR "b', 'NEAR(x)', '*', 'terms : x', "'; DROP TABLE documents; --", 'x'.repeat(100_000), '\0'])
      expect(await find(index, query)).toEqual([]);
    expect(await find(index, 'NOT')).toEqual(['a']);
    expect(await find(index, Array.from({ length: 500 }, (_, i) => `word${i}`).join(' '))).toEqual([]);
  });

  it('keeps equal matches in the order in which they were put in first', async () => {
    const index = openIndex();
    await index.put(['c', 'a', 'b'].map((id) => ({ id, text: 'same words' })));
    await index.put([{ id: 'c', text: 'other words' }]);
    await index.put([{ id: 'c', text: 'same words' }]);
    expect(await find(index, 'same')).toEqual(['c', 'a', 'b']);
  });

  it('is kept in its file, for other processes as well, and never mistaken for another', async () => {
    const file = join(tempFolder(), 'notes.index');
    const first = openIndex(file);
    await first.put([{ id: 'a', text: 'bell' }]);
    const second = openIndex(file);
    await second.put([{ id: 'b', text: 'bell too' }]);
    expect(await find(first, 'bell')).toEqual(['a', 'b']);
    await first.close();
    expect(await errorCode(find(first, 'bell'))).toBe('DF_CLOSED');
    expect(await errorCode(first.put([]))).toBe('DF_CLOSED');
    await first.close();
    expect(await find(openIndex(file), 'too')).toEqual(['b']);
    expect(await errorCode(DurableFlow.open(file))).toBe('DF_STORE_FOREIGN');
  });

  it('refuses files that are not its own, and indexes of the future', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'text'), 'this is a text that is longer than a header');
    expect(await errorCode(() => new ContextIndex(join(folder, 'text')))).toBe('DF_STORE_FOREIGN');
    await (await DurableFlow.open(join(folder, 'app.db'))).close();
    expect(await errorCode(() => new ContextIndex(join(folder, 'app.db')))).toBe('DF_STORE_FOREIGN');
    expect(await errorCode(() => new ContextIndex(join(folder, 'no', 'such', 'folder')))).toBe('DF_STORE_UNAVAILABLE');
    await new ContextIndex(join(folder, 'new.index')).close();
    const db = new Database(join(folder, 'new.index'));
    db.pragma('user_version = 99');
    db.close();
    expect(await errorCode(() => new ContextIndex(join(folder, 'new.index')))).toBe('DF_STORE_NEWER');
  });

  it('refuses what is no item and no limit', async () => {
    const index = openIndex();
    expect(await errorCode(index.put([{ id: 'a' } as never]))).toBe('DF_INVALID_INPUT');
    for (const limit of [0, -1, 1.5, 1001, NaN]) expect(await errorCode(index.search('x', { limit }))).toBe('DF_INVALID_INPUT');
  });

  it('lets others work between batches, and takes from a stream', async () => {
    const index = openIndex();
    let turns = 0;
    const turning = setInterval(() => turns++, 0);
    async function* stream() {
      for (let id = 0; id < 3000; id++) yield { id: String(id), text: `note ${id}` };
    }
    await index.put(stream());
    clearInterval(turning);
    expect(await index.size()).toBe(3000);
    expect(turns).toBeGreaterThan(2);
  });

  it('after any changes finds what a new index with the same items finds', async () => {
    const word = fc.constantFrom('bell', 'bike', 'horn', 'lamp', 'shop');
    const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const change = fc.oneof(fc.record({ id, text }), fc.record({ id }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), word, async (changes, query) => {
        const index = new ContextIndex();
        const kept = new Map<string, string>();
        for (const it of changes) {
          if ('text' in it) {
            await index.put([it]);
            kept.set(it.id, it.text);
          } else {
            await index.remove([it.id]);
            kept.delete(it.id);
          }
        }
        const fresh = new ContextIndex();
        await fresh.put([...kept].map(([id, text]) => ({ id, text })));
        const found = await index.search(query);
        expect(idsOf(found).toSorted()).toEqual(idsOf(await fresh.search(query)).toSorted());
        expect(idsOf(found).toSorted()).toEqual([...kept].filter(([, text]) => text.split(' ').includes(query)).map(([id]) => id).toSorted()); // prettier-ignore
        expect(await index.search(query)).toEqual(found);
        await Promise.all([index.close(), fresh.close()]);
      }),
      { numRuns: 60 },
    );
  });
});
