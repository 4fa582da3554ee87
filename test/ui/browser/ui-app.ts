import { appendFileSync } from 'node:fs';
import { approval, scriptedModel, sideEffect, step, workflow, type DurableFlow } from 'durableflow';

/** What a stranger, a tool or a model may have written. */
export interface Job {
  readonly text: string;
}

/** Asks a model what to do, waits for a person, and does it. */
@workflow({ name: 'desk' })
export class Desk {
  async run({ text }: Job) {
    const advice = await this.advise(text);
    return { done: await this.act(advice, text) };
  }

  @step()
  async advise(text: string) {
    const model = scriptedModel([`Do it: ${text}`]);
    return (await model.complete({ messages: [{ role: 'user', content: text }], maxTokens: 2000 })).text;
  }

  @approval({ show: (_advice, text: string) => `Act on ${text}` })
  @sideEffect({ idempotencyKey: (_advice, text) => `act:${text}` })
  async act(advice: string, text: string) {
    return `${advice} / ${text}`;
  }
}

/** A gate that needs two, and one that nobody need decide in time. */
@workflow({ name: 'pair' })
export class Pair {
  run(text: string) {
    return this.act(text);
  }

  @approval({ quorum: 2, deciders: ['ada', 'grace'], show: (text: string) => `Together: ${text}` })
  @step()
  async act(text: string) {
    return text;
  }
}

@workflow({ name: 'hurry' })
export class Hurry {
  run(text: string) {
    return this.act(text);
  }

  @approval({ expiresIn: '8s', show: (text: string) => `Quickly: ${text}` })
  @step()
  async act(text: string) {
    return text;
  }
}

/** Pays; the process that starts it is killed inside, and leaves a doubt. */
@workflow({ name: 'payment' })
export class Payment {
  run(to: string) {
    return this.pay(to);
  }

  @sideEffect({ idempotencyKey: (to) => `pay:${to}` })
  async pay(to: string) {
    const ledger = process.env['UI_TEST_LEDGER'];
    if (ledger) appendFileSync(ledger, `${to}\n`);
    if (process.env['UI_TEST_HANGS']) await new Promise(() => {});
    return { paid: to };
  }
}

export function register(flow: DurableFlow): void {
  flow
    .register(Desk, () => new Desk())
    .register(Pair, () => new Pair())
    .register(Hurry, () => new Hurry())
    .register(Payment, () => new Payment());
}
