// The classes behind the recorded histories. What they ask for must never change: the histories of released versions are replayed against them.
import {
  approval,
  child,
  compensate,
  FatalError,
  now,
  patched,
  random,
  sideEffect,
  signal,
  sleep,
  step,
  transaction,
  uuid,
  workflow,
} from 'durableflow';
import { z } from 'zod';

/** How an order goes. */
export type Course = 'well' | 'failing' | 'rejected' | 'expired' | 'cancelled' | 'in doubt';

/** A run within a run. */
@workflow({ name: 'golden/part' })
export class GoldenPart {
  async run(n: bigint) {
    await sleep('2d');
    return n * 2n;
  }
}

/** Asks for everything that can be asked for, and has every kind of value in its journal. */
@workflow({ name: 'golden/order' })
export class GoldenOrder {
  readonly #executed: (what: string) => void;

  /** @param executed told of every body that begins */
  constructor(executed: (what: string) => void) {
    this.#executed = executed;
  }

  async run(course: Course) {
    const notes = { id: uuid(), at: now(), chance: random(), isNew: patched('notes') };
    const all = await Promise.all([this.count('a'), this.count('bb')]);
    const settled = await Promise.allSettled([this.refuse('c'), this.values(all.length)]);
    const refusals = settled.filter(({ status }) => status === 'rejected').length;
    await this.reserve(course);
    await sleep('1d');
    const word = await signal(z.string(), 'word', { timeout: '30d' });
    const part = await child(GoldenPart, 21n, { id: `part of ${course}` });
    const booked = await this.book(word);
    const polished = await this.polish(course, word);
    const sent = await this.send(course, polished);
    if (course === 'failing') throw new RangeError('failed as told');
    return { notes, all, refusals, word, part, booked, sent };
  }

  @step()
  async count(text: string) {
    this.#executed(`count ${text}`);
    return text.length;
  }

  @step({ retry: { maxAttempts: 2 } })
  async refuse(what: string): Promise<string> {
    this.#executed(`refuse ${what}`);
    throw new FatalError(`${what} is refused`, { cause: new TypeError('for a reason') });
  }

  @step()
  async values(n: number) {
    this.#executed(`values ${n}`);
    return {
      map: new Map([[n, new Set(['x'])]]),
      date: new Date(0),
      bytes: new Uint8Array([1, 2, 3]),
      big: 10n ** 20n,
      nothing: undefined,
    };
  }

  @step()
  @compensate('release')
  async reserve(what: string) {
    this.#executed(`reserve ${what}`);
    return `seat for ${what}`;
  }

  @step()
  async release(seat: string) {
    this.#executed(`release ${seat}`);
  }

  @step()
  async book(word: string) {
    this.#executed(`book ${word}`);
    return transaction((db) => {
      db.prepare('CREATE TABLE IF NOT EXISTS golden_bookings (word TEXT)').run();
      return db.prepare('INSERT INTO golden_bookings VALUES (?)').run(word).changes;
    });
  }

  @approval({ edits: z.tuple([z.string(), z.string()]) })
  @step()
  async polish(course: string, word: string) {
    this.#executed(`polish ${course}`);
    return word.toUpperCase();
  }

  @approval({ expiresIn: '10d', quorum: 2 })
  @sideEffect({ idempotencyKey: (course) => `send ${course}`, onInDoubt: 'ask' })
  async send(course: string, text: string) {
    this.#executed(`send ${course}`);
    if (course === 'in doubt') throw new Error('the connection broke');
    return `sent ${text}`;
  }
}
