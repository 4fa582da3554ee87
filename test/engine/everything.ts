import {
  approval,
  child,
  compensate,
  effectKey,
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
  type SqlDatabase,
} from 'durableflow';
import { z } from 'zod';
import type { World } from '../crash/world.js';

/** What `Everything` is told. */
export interface Task {
  readonly id: string;
  /** It then fails at its end, and undoes what it has done. */
  readonly fails: boolean;
}

/** A part of `Everything` with a journal of its own. */
@workflow({ name: 'everything/part' })
export class Part {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async run(id: string): Promise<string> {
    await sleep('10ms');
    return this.double(id);
  }

  @step()
  async double(id: string) {
    await this.#world.executed('double', id);
    return id + id;
  }
}

/** One workflow with all that the engine has, so that a process can die in the middle of any of it. */
@workflow({ name: 'everything' })
export class Everything {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async run({ id, fails }: Task) {
    const notes = [uuid(), now().toISOString(), random()] as const;
    const isNew = patched('notes');
    const prepared = await Promise.all([this.prepare(`${id} a`), this.prepare(`${id} b`)]);
    const reserved = await this.reserve(id);
    await sleep('20ms');
    const answer = await signal(z.object({ word: z.string() }), 'answer');
    const winner = await Promise.race([sleep('10ms').then(() => 'time'), signal(z.string(), 'never')]);
    const part = await child(Part, id);
    const paid = await this.pay(id);
    const sent = await this.send(id, `Dear ${id}`);
    const booked = await this.book(id);
    if (fails) throw new RangeError(`${id} fails as told`);
    return { notes, seen: { isNew, prepared, reserved, answer, winner, part, paid, sent, booked } };
  }

  @step()
  async prepare(what: string) {
    await this.#world.executed('prepare', what);
    return `prepared ${what}`;
  }

  @step()
  @compensate('cancelReservation')
  async reserve(id: string) {
    await this.#world.executed('reserve', id);
    return `seat of ${id}`;
  }

  @step()
  async cancelReservation(seat: string) {
    await this.#world.executed('cancelReservation', seat);
  }

  @sideEffect({ idempotencyKey: (id) => `pay ${id}`, reconcile: 'findPayment' })
  @compensate('refund')
  async pay(id: string) {
    await this.#world.executed('pay', id);
    return (await this.#world.send(effectKey())).file;
  }

  async findPayment(id: string) {
    return (await this.#world.find(`pay ${id}`))?.file;
  }

  @sideEffect({ idempotencyKey: (paid) => `refund ${paid}`, reconcile: 'findRefund' })
  async refund(paid: string) {
    await this.#world.executed('refund', paid);
    return (await this.#world.send(effectKey())).file;
  }

  async findRefund(paid: string) {
    return (await this.#world.find(`refund ${paid}`))?.file;
  }

  @approval({ edits: z.tuple([z.string(), z.string()]) })
  @sideEffect({ idempotencyKey: (id) => `send ${id}`, reconcile: 'findSent' })
  async send(id: string, text: string) {
    await this.#world.executed('send', id);
    await this.#world.send(effectKey());
    return text;
  }

  async findSent(id: string, text: string) {
    return (await this.#world.find(`send ${id}`)) && text;
  }

  @step()
  async book(id: string) {
    await this.#world.executed('book', id);
    return transaction((db) => {
      db.prepare(`INSERT INTO bookings (id) VALUES (?)`).run(id);
      return bookingsOf(db, id);
    });
  }
}

/** How often a run has made its booking. */
export function bookingsOf(db: SqlDatabase, id: string): number {
  return (db.prepare('SELECT count(*) AS n FROM bookings WHERE id = ?').get(id) as { n: number }).n;
}
