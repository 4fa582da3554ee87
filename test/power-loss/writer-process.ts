// A process of its own that makes purchases, and says into a file what it was told to be on disk, and what it did to the world.
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteStore, type Store } from 'durableflow';
import { isEnded } from '../../sdk/store/index.js';
import { act, openPurchases, Purchase, type World } from './purchase.js';

const [file = '', said = '', durability = ''] = process.argv.slice(2);
const sayings = openSync(said, 'a');
const say = (saying: Saying) => void writeSync(sayings, `${JSON.stringify(saying)}\n`);

/** A line of that file: something that happened in the world, or a write that the store has acknowledged, with what it was asked. */
export type Saying = { readonly happened: string } | { readonly verb: keyof Store; readonly asked: readonly unknown[] };

const done = new Set<string>();
const world: World = {
  happen(key) {
    done.add(key);
    say({ happened: key });
  },
  has: (key) => done.has(key),
};

/** The store, with each write that it acknowledges said at that moment. */
function saying(store: SqliteStore): Store {
  return new Proxy<Store>(store, {
    get(target, name) {
      const method = target[name as keyof Store] as (...args: unknown[]) => unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const answer = method.apply(target, args);
        if (!(answer instanceof Promise) || name === 'close') return answer;
        return answer.then((value: unknown) => {
          say({ verb: name as keyof Store, asked: args });
          return value;
        });
      };
    },
  });
}

// Opened and closed again and again, since a file is at its most delicate then.
for (let round = 0; round < 3; round++) {
  const store = new SqliteStore(file, { durability: durability as 'power-loss' | 'process-crash' });
  // As often as possible: a checkpoint writes to the file itself.
  store.read((db) => db.prepare('PRAGMA wal_autocheckpoint = 25').get());
  const flow = await openPurchases(saying(store), world, { pollInterval: 5 });
  for (let n = 0; n < 12; n++) await flow.start(Purchase, round * 12 + n, { id: `run ${round * 12 + n}` });
  while (!flow.runs({ limit: 1000 }).every(({ status }) => isEnded(status))) {
    await act(flow, world);
    await sleep(5);
  }
  await flow.close();
}
