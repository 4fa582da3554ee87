/** The sources of an agent to begin with, where the project has none yet: it reads, asks a model, and pays under a gate. */
export const sampleAgent = {
  ts: `import { approval, effectKey, sideEffect, step, workflow, type ModelClient } from 'durableflow';

export interface Shop {
  lastOrder(customer: string): Promise<{ item: string; cents: number; broken: boolean }>;
  refund(customer: string, cents: number, options: { idempotencyKey: string }): Promise<{ cents: number }>;
  findRefund(idempotencyKey: string): Promise<{ cents: number } | undefined>;
}

@workflow({ name: 'refund-agent' })
export class RefundAgent {
  constructor(private readonly deps: { models: ModelClient; shop: Shop }) {}

  async run(customer: string) {
    const order = await this.lastOrder(customer);
    const answer = await this.decide(order.broken);
    return answer === 'refund' ? this.refund(customer, order.cents) : 'nothing to do';
  }

  // Recorded: a run that goes on after a crash does not ask again.
  @step({ timeout: '2s' })
  async lastOrder(customer: string) {
    return this.deps.shop.lastOrder(customer);
  }

  // Long enough for a second model after a first one that does not answer.
  @step({ timeout: '45s' })
  async decide(broken: boolean) {
    const content = \`The order arrived \${broken ? 'broken' : 'well'}. Answer with "refund" or "nothing".\`;
    const { text } = await this.deps.models.complete({ messages: [{ role: 'user', content }], maxTokens: 10 });
    return text;
  }

  // Begins when somebody has approved these arguments. In doubt after a crash, it asks the shop before it pays again.
  @approval({ show: (customer, cents) => \`Refund \${cents / 100} to \${customer}\` })
  @sideEffect({ idempotencyKey: (customer) => \`refund:\${customer}\`, reconcile: 'findRefund', timeout: '2s' })
  async refund(customer: string, cents: number) {
    return this.deps.shop.refund(customer, cents, { idempotencyKey: effectKey() });
  }

  async findRefund() {
    return this.deps.shop.findRefund(effectKey());
  }
}
`,
  js: `import { defineWorkflow, effectKey } from 'durableflow';

export const RefundAgent = defineWorkflow(
  class RefundAgent {
    constructor({ models, shop }) {
      this.models = models;
      this.shop = shop;
    }

    async run(customer) {
      const order = await this.lastOrder(customer);
      const answer = await this.decide(order.broken);
      return answer === 'refund' ? this.refund(customer, order.cents) : 'nothing to do';
    }

    async lastOrder(customer) {
      return this.shop.lastOrder(customer);
    }

    async decide(broken) {
      const content = \`The order arrived \${broken ? 'broken' : 'well'}. Answer with "refund" or "nothing".\`;
      const { text } = await this.models.complete({ messages: [{ role: 'user', content }], maxTokens: 10 });
      return text;
    }

    async refund(customer, cents) {
      return this.shop.refund(customer, cents, { idempotencyKey: effectKey() });
    }

    async findRefund() {
      return this.shop.findRefund(effectKey());
    }
  },
  {
    name: 'refund-agent',
    methods: {
      // Recorded: a run that goes on after a crash does not ask again.
      lastOrder: { step: { timeout: '2s' } },
      // Long enough for a second model after a first one that does not answer.
      decide: { step: { timeout: '45s' } },
      // Begins when somebody has approved these arguments. In doubt after a crash, it asks the shop before it pays again.
      refund: {
        approval: { show: (customer, cents) => \`Refund \${cents / 100} to \${customer}\` },
        sideEffect: { idempotencyKey: (customer) => \`refund:\${customer}\`, reconcile: 'findRefund', timeout: '2s' },
      },
    },
  },
);
`,
} as const;

/** Its suite. `agentFile` is what an import names the agent's file. */
export function sampleSuite(agentFile: string, language: 'ts' | 'js'): string {
  const typed = language === 'ts';
  return `import { describe } from 'durableflow/vitest';
import { RefundAgent${typed ? ', type Shop' : ''} } from '${agentFile}';

// A stand-in for the shop. It lives in the test's process, so it is there whatever becomes of the agent.
class TestShop${typed ? ' implements Shop' : ''} {
  #refunds = new Map${typed ? '<string, { cents: number }>' : ''}();

  async lastOrder() {
    return { item: 'lamp', cents: 1200, broken: true };
  }

  async refund(customer${typed ? ': string' : ''}, cents${typed ? ': number' : ''}, { idempotencyKey }${typed ? ': { idempotencyKey: string }' : ''}) {
    const refund = this.#refunds.get(idempotencyKey) ?? { cents };
    this.#refunds.set(idempotencyKey, refund);
    return refund;
  }

  async findRefund(idempotencyKey${typed ? ': string' : ''}) {
    return this.#refunds.get(idempotencyKey);
  }
}

describe.readiness(RefundAgent, {
  // One ordinary piece of work. With nothing going wrong, it must change something.
  input: 'ann',
  agent: ({ models, tool }) => new RefundAgent({ models, shop: tool(new TestShop()) }),
  // What the model says, as a function of the request.
  model: ({ messages }) => (messages.some(({ content }) => content.includes('broken')) ? 'refund' : 'nothing'),
  // The methods of the tools by which it may change the world.
  allowedEffects: ['refund'],
  // A call that hangs is tried again: a process may take so long before it is taken for hung.
  deadline: '20s',
});
`;
}
