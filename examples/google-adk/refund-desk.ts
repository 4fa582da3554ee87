import { FunctionTool, InMemoryRunner, LlmAgent, type BaseLlm } from '@google/adk';
import { approval, effectKey, sideEffect, step, workflow, type ModelClient } from 'durableflow';
import { answerTurn, driveRunner, durableLlm, type LlmTurn } from 'durableflow/adk';
import { z } from 'zod';
import { Customer, Order, Refund } from '../shop/schemas.js';
import type { Shop } from '../shop/shop-client.js';
import { instruction, type Ticket } from '../shop/ticket.js';

/** What the agent works with. */
export interface RefundDeskDependencies {
  /** Any `ModelClient`, or a model of ADK such as `new Gemini({ model: 'gemini-2.5-flash' })`. */
  readonly models: ModelClient | BaseLlm;
  readonly shop: Shop;
}

/** How long the shop may take, and how often it is asked. */
const patience = { timeout: '2s', retry: { maxAttempts: 2 } } as const;

const refundKey = (orderId: string, cents: number) => `refund:${orderId}:${cents}`;

/** An ordinary ADK agent, run by ADK's own `Runner`. Every turn of its model and every call of a tool is a durable call. */
@workflow({ name: 'adk-refund-desk', version: '1' })
export class RefundDesk {
  readonly #deps: RefundDeskDependencies;

  constructor(deps: RefundDeskDependencies) {
    this.#deps = deps;
  }

  async run(ticket: Ticket): Promise<{ reply: string }> {
    const agent = new LlmAgent({
      name: 'refund_desk',
      instruction,
      model: durableLlm((turn) => this.think(turn)),
      tools: [
        new FunctionTool({
          name: 'findCustomer',
          description: 'Finds a customer by email address.',
          parameters: z.object({ email: z.string() }),
          execute: ({ email }) => this.findCustomer(email),
        }),
        new FunctionTool({
          name: 'findOrder',
          description: 'Finds an order by its number, such as O-12.',
          parameters: z.object({ orderId: z.string() }),
          execute: ({ orderId }) => this.findOrder(orderId),
        }),
        new FunctionTool({
          name: 'refund',
          description: 'Pays an amount in cents back to the customer of an order. A person approves it first.',
          parameters: z.object({ orderId: z.string(), cents: z.int().positive() }),
          execute: ({ orderId, cents }) => this.refund(orderId, cents),
        }),
      ],
    });
    const runner = new InMemoryRunner({ agent, appName: 'refund-desk' });
    // ADK's own limit is 500: a model that never comes to an end would be asked that often.
    const { text } = await driveRunner(runner, ticket.text, { runConfig: { maxLlmCalls: 8 } });
    return { reply: text };
  }

  @step({ timeout: '60s', retry: { maxAttempts: 3 } })
  think(turn: LlmTurn) {
    return answerTurn(this.#deps.models, turn, { maxTokens: 1024 });
  }

  @step({ ...patience, output: Customer })
  findCustomer(email: string) {
    return this.#deps.shop.customer(email);
  }

  @step({ ...patience, output: Order })
  findOrder(orderId: string) {
    return this.#deps.shop.order(orderId);
  }

  @approval({ show: (orderId, cents) => `Refund ${(cents / 100).toFixed(2)} for order ${orderId}` })
  @sideEffect({ ...patience, idempotencyKey: refundKey, reconcile: 'findRefund', output: Refund })
  refund(orderId: string, cents: number) {
    return this.#deps.shop.refund(orderId, cents, effectKey());
  }

  /** Asks the shop whether a refund that nobody has a receipt of was made. */
  findRefund(orderId: string, cents: number) {
    return this.#deps.shop.findRefund(refundKey(orderId, cents));
  }
}
