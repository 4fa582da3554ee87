import { appendFile, readFile } from 'node:fs/promises';
import { approval, sideEffect, signal, step, workflow, type DurableFlow, type Schema } from 'durableflow';
import { z } from 'zod';

/** What the workflow of these tests is asked to do. */
export interface Job {
  readonly customer: string;
  readonly cents: number;
  /** What the operator reads; the method and its arguments if absent. */
  readonly show?: string;
  /** A file that stands for the outside world: every refund is a line in it. */
  readonly ledger?: string;
  /** The connection breaks after the refund was sent. */
  readonly breaks?: boolean;
  readonly fails?: boolean;
}

/** Looks a customer up, asks an operator, and refunds. */
@workflow({ name: 'refund' })
export class Refund {
  async run(job: Job) {
    const customer = await this.findCustomer(job);
    const refund = await this.refund(customer, job);
    return { refund, at: new Date(0) };
  }

  @step({ retry: { maxAttempts: 1 } })
  async findCustomer({ customer, fails }: Job) {
    if (fails) throw new TypeError(`no customer ${customer}`);
    return { id: customer, since: new Date(0), tags: new Set(['paying']), balance: 12n };
  }

  @approval({ show: (_customer, job: Job) => job.show ?? `Refund ${job.cents} to ${job.customer}` })
  @sideEffect({ idempotencyKey: (customer: { id: string }, job: Job) => `refund:${customer.id}:${job.cents}`, retry: { maxAttempts: 1 } })
  async refund(customer: { id: string }, { cents, ledger, breaks }: Job) {
    if (ledger) await appendFile(ledger, `${customer.id} ${cents}\n`);
    if (breaks) throw new Error('the connection broke');
    return `re_${cents}`;
  }
}

/** Needs two people, and then a message. */
@workflow({ name: 'board' })
export class Board {
  async run() {
    await this.vote('merge');
    return signal(anything, 'minutes');
  }

  @approval({ quorum: 2, deciders: ['ada', 'bob'], show: (motion: string) => `Vote to ${motion}` })
  @step()
  async vote(motion: string) {
    return motion;
  }
}

const anything: Schema = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };

/** Pays what an operator may change: less, to the same person. */
@workflow({ name: 'payout' })
export class Payout {
  run({ to, plan }: { to: string; plan: { cents: number; note: string } }) {
    return this.pay(to, plan);
  }

  @approval({ edits: z.tuple([z.string(), z.object({ cents: z.number().max(1000), note: z.string() })]) })
  @step()
  async pay(to: string, plan: { cents: number; note: string }) {
    return `${plan.cents} to ${to}: ${plan.note}`;
  }
}

/** Adds up the numbers from 1. */
@workflow({ name: 'counter' })
export class Counter {
  async run({ to, file, hangsAt }: { to: number; file?: string; hangsAt?: number }) {
    let sum = 0;
    for (let n = 1; n <= to; n++) sum = await this.add(sum, n, file, n === hangsAt);
    return sum;
  }

  /** Leaves a line in the file; if it hangs, it does so the first time only. */
  @step()
  async add(a: number, b: number, file?: string, hangs = false) {
    if (!file) return a + b;
    await appendFile(file, `${b}\n`);
    const times = (await readFile(file, 'utf8')).split('\n').filter((line) => line === String(b)).length;
    if (hangs && times === 1) await new Promise(() => {});
    return a + b;
  }
}

export function register(flow: DurableFlow): void {
  flow
    .register(Refund, () => new Refund())
    .register(Counter, () => new Counter())
    .register(Board, () => new Board())
    .register(Payout, () => new Payout());
}
