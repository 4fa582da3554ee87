import {
  approval,
  child,
  compensate,
  FatalError,
  now,
  patched,
  random,
  scriptedModel,
  sideEffect,
  signal,
  sleep,
  step,
  transaction,
  uuid,
  workflow,
  type ModelClient,
} from 'durableflow';
import { z } from 'zod';
import type { OutsideWorld } from './outside-world.js';
import type { Program } from './program.js';

/** What a random workflow has seen. `notes` differ from run to run, but never from replay to replay. */
export interface Seen {
  readonly value: unknown;
  readonly notes: readonly unknown[];
}

type Effect = Extract<Program, { kind: 'effect' }>;

/** Interprets a random program. */
@workflow({ name: 'random-workflow' })
export class RandomWorkflow {
  readonly #notes: unknown[] = [];
  readonly #world: OutsideWorld;
  readonly #process: number;
  readonly #model: ModelClient;

  constructor(world: OutsideWorld, process: number, model: ModelClient = scriptedModel(() => 'yes')) {
    this.#world = world;
    this.#process = process;
    this.#model = model;
  }

  async run(program: Program): Promise<Seen> {
    return { value: await this.execute(program), notes: this.#notes };
  }

  async execute(it: Program): Promise<unknown> {
    switch (it.kind) {
      case 'step':
        return this.work(it.id, it.ends);
      case 'undoable':
        return this.reserve(it.id, it.ends);
      case 'effect':
        return this.#effectOf(it);
      case 'transaction':
        return this.write(it.id);
      case 'question':
        return this.ask(it.id);
      case 'sleep':
        await sleep(it.minutes * 60_000);
        return `slept ${it.minutes}`;
      case 'signal':
        return signal(z.string(), `s${it.id}`);
      case 'note':
        return this.#note(it.of);
      case 'gate':
        return it.effect ? this.gatedEffect(it.id, 'asked') : this.gatedStep(it.id, 'asked');
      case 'child':
        return this.#child(it.part);
      case 'try':
        return this.execute(it.part).catch((error: unknown) => this.#caught(error, it.otherwise));
      default:
        return this.#combine(it);
    }
  }

  async #combine({ kind, parts }: Extract<Program, { parts: unknown }>): Promise<unknown> {
    if (kind === 'sequence') {
      const values: unknown[] = [];
      for (const part of parts) values.push(await this.execute(part));
      return values;
    }
    const promises = parts.map((part) => this.execute(part));
    // The losers of a race go on, and may fail later.
    for (const promise of promises) promise.catch(() => {});
    if (kind === 'all') return Promise.all(promises);
    if (kind === 'race') return Promise.race(promises);
    if (kind === 'any') return Promise.any(promises);
    return (await Promise.allSettled(promises)).map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)));
  }

  async #child(part: Program): Promise<unknown> {
    const { value, notes } = await child(RandomWorkflow, part);
    this.#notes.push(notes);
    return { child: value };
  }

  async #caught(error: unknown, otherwise: Program): Promise<unknown> {
    return [String(error), await this.execute(otherwise)];
  }

  #note(of: 'now' | 'random' | 'uuid' | 'patched'): string {
    const note = of === 'now' ? now() : of === 'random' ? random() : of === 'uuid' ? uuid() : patched('something');
    this.#notes.push(note);
    return of;
  }

  #effectOf({ id, ends, doubt }: Effect): Promise<string> {
    if (doubt === 'reconcile') return this.effectThatCanBeFound(id, ends);
    return doubt === 'retry' ? this.effectThatHonoursKeys(id, ends) : this.effectInDoubt(id, ends);
  }

  @step()
  async work(id: number, ends: string) {
    await this.#enter(`w${id}`, ends);
    return `w${id}`;
  }

  @step()
  @compensate('release')
  async reserve(id: number, ends: string) {
    await this.#enter(`r${id}`, ends);
    return `r${id}`;
  }

  @step()
  async release(reserved: string) {
    await this.#enter(`u${reserved}`, 'returns');
    this.#world.undone.push(reserved);
    return `u${reserved}`;
  }

  /** A second insertion of the same row would fail. */
  @step()
  async write(id: number) {
    await this.#enter(`t${id}`, 'returns');
    return transaction((db) => {
      db.prepare('CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY)').run();
      db.prepare('INSERT INTO written VALUES (?)').run(id);
      return `t${id}`;
    });
  }

  @step()
  async ask(id: number) {
    await this.#enter(`q${id}`, 'returns');
    const { text } = await this.#model.complete({ messages: [{ role: 'user', content: `q${id}` }], maxTokens: 100 });
    return `q${id} ${text}`;
  }

  @sideEffect({ idempotencyKey: (id) => `e${id}`, reconcile: 'find' })
  async effectThatCanBeFound(id: number, ends: string) {
    return this.#effect(`e${id}`, ends);
  }

  @sideEffect({ idempotencyKey: (id) => `k${id}`, onInDoubt: 'retry' })
  async effectThatHonoursKeys(id: number, ends: string) {
    return this.#effect(`k${id}`, ends, { honoursKeys: true });
  }

  @sideEffect({ idempotencyKey: (id) => `e${id}`, onInDoubt: 'ask' })
  async effectInDoubt(id: number, ends: string) {
    return this.#effect(`e${id}`, ends);
  }

  @approval({ edits: z.tuple([z.number(), z.string()]) })
  @step()
  async gatedStep(id: number, text: string) {
    await this.#enter(`a${id}`, 'returns');
    return `a${id} ${text}`;
  }

  @approval({ edits: z.tuple([z.number(), z.string()]) })
  @sideEffect({ idempotencyKey: (id) => `g${id}`, reconcile: 'findGated' })
  async gatedEffect(id: number, text: string) {
    return `${await this.#effect(`g${id}`, 'returns')} ${text}`;
  }

  async find(id: number) {
    return (await this.#world.find(this.#process, `e${id}`)) ? `e${id}` : undefined;
  }

  async findGated(id: number, text: string) {
    return (await this.#world.find(this.#process, `g${id}`)) ? `g${id} ${text}` : undefined;
  }

  /** Returns the body's number. */
  async #enter(what: string, ends: string): Promise<number> {
    const body = await this.#world.enter(this.#process, what);
    if (ends === 'throws') throw new FatalError(`${what} failed`);
    if (ends === 'recovers' && this.#world.isFirst(what)) throw new Error(`${what} failed at first`);
    return body;
  }

  /** One that recovers has happened the first time as well; only its answer was lost. */
  async #effect(key: string, ends: string, options?: { honoursKeys: boolean }): Promise<string> {
    const body = await this.#enter(key, ends === 'recovers' ? 'returns' : ends);
    await this.#world.send(this.#process, body, key, options);
    if (ends === 'recovers' && this.#world.isFirst(key)) throw new Error(`the answer to ${key} was lost`);
    return key;
  }
}
