import { generateText, stepCountIs, tool } from 'ai';
import { approval, effectKey, ModelError, sideEffect, step, workflow, type PriceTable } from 'durableflow';
import { answerCall, durableModel, type AiModel, type ModelCall } from 'durableflow/ai-sdk';
import { z } from 'zod';
import { Customer, Order, Refund } from '../shop/schemas.js';
import type { Shop } from '../shop/shop-client.js';
import { instruction, type Ticket } from '../shop/ticket.js';

/** What the agent works with. */
export interface RefundDeskDependencies {
  /** The model of any provider of the AI SDK. */
  readonly model: AiModel;
  /** Asked where the first one certainly fails. */
  readonly fallback?: AiModel;
  /** What they cost, if they are not among `listPrices`. */
  readonly prices?: PriceTable;
  readonly shop: Shop;
}

/** How long the shop may take, and how often it is asked. */
const patience = { timeout: '2s', retry: { maxAttempts: 2 } } as const;

const refundKey = (orderId: string, cents: number) => `refund:${orderId}:${cents}`;

/** An ordinary agent of the AI SDK, in its own tool loop. Every call of its model and of a tool is a durable call. */
@workflow({ name: 'vercel-refund-desk', version: '1' })
export class RefundDesk {
  readonly #deps: RefundDeskDependencies;

  constructor(deps: RefundDeskDependencies) {
    this.#deps = deps;
  }

  async run(ticket: Ticket): Promise<{ reply: string }> {
    const { text } = await generateText({
      model: durableModel(this.#deps.model, (call) => this.think(call)),
      system: instruction,
      prompt: ticket.text,
      stopWhen: stepCountIs(8),
      maxOutputTokens: 1024,
      tools: {
        findCustomer: tool({
          description: 'Finds a customer by email address.',
          inputSchema: z.object({ email: z.string() }),
          execute: ({ email }) => this.findCustomer(email),
        }),
        findOrder: tool({
          description: 'Finds an order by its number, such as O-12.',
          inputSchema: z.object({ orderId: z.string() }),
          execute: ({ orderId }) => this.findOrder(orderId),
        }),
        refund: tool({
          description: 'Pays an amount in cents back to the customer of an order. A person approves it first.',
          inputSchema: z.object({ orderId: z.string(), cents: z.int().positive() }),
          execute: ({ orderId, cents }) => this.refund(orderId, cents),
        }),
      },
    });
    return { reply: text };
  }

  @step({ timeout: '60s', retry: { maxAttempts: 3 } })
  async think(call: ModelCall) {
    const { model, fallback, prices = {} } = this.#deps;
    if (!fallback) return answerCall(model, call, { prices });
    try {
      return await answerCall(model, call, { prices, timeout: '5s' });
    } catch (error) {
      // A request that is wrong is wrong for both.
      if (error instanceof ModelError && error.verifiable) return answerCall(fallback, call, { prices });
      throw error;
    }
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
