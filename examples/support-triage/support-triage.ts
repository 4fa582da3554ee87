import { approval, contextBudget, effectKey, FatalError, sideEffect, step, tool, workflow, type Selection } from 'durableflow';
import { modelRequest, runTools, type AgentOutcome, type AgentTurn } from 'durableflow/agent';
import { instructions } from './models/instructions.js';
import {
  ArticleList,
  Customer,
  CustomerQuery,
  KnowledgeQuery,
  OrderList,
  OrderQuery,
  RefundReceipt,
  RefundRequest,
  Reply,
  SentReply,
} from './schemas.js';
import type { SupportDependencies } from './support-deps.js';
import { Resolution, type Ticket } from './ticket.js';

/** What became of a ticket. */
export interface TriageReport {
  readonly outcome: Resolution['outcome'];
  readonly summary: string;
  readonly refundedCents: number;
  readonly replied: boolean;
  /** Why the loop was stopped, if it was. */
  readonly stopped: string | undefined;
  readonly turns: number;
  readonly costUsd: number;
}

const retry = { maxAttempts: 2, initialDelay: '50ms', maxDelay: '1s' } as const;
/** How long a tool may take, and how often it is asked. */
export const patience = { timeout: '1s', retry } as const;

/** Works on one support ticket: reads what it needs, refunds and replies if a person agrees, and says what it did. */
@workflow({ name: 'support-triage', version: '1', deadline: '7d' })
export class SupportTriage {
  constructor(protected readonly deps: SupportDependencies) {}

  async run(ticket: Ticket): Promise<TriageReport> {
    const outcome = await runTools(this, {
      turn: (turn, items) => this.think(turn, items),
      messages: [{ role: 'user', content: `Ticket ${ticket.id} of customer ${ticket.customerId}\n${ticket.subject}\n\n${ticket.text}` }],
      tools: ['findCustomer', 'orderHistory', 'searchKnowledge', 'refund', 'replyToCustomer'],
      context: ticket,
      ...this.limits(),
      answer: Resolution,
    });
    return reportOf(outcome);
  }

  /** What one ticket may use up at the most. */
  protected limits() {
    return { maxTurns: 12, maxTokens: 120_000, maxCostUsd: 0.5 };
  }

  @step({ timeout: '45s', retry })
  // Free for what is no item: the instructions and what the tools say of themselves.
  @contextBudget({ maxTokens: 9000, reserve: 3500, query: (turn) => turn.query })
  async think(turn: AgentTurn, items: Selection) {
    const { messages, tools } = modelRequest(this, turn, items);
    return this.deps.models.complete({
      messages: [{ role: 'system', content: instructions }, ...messages],
      ...(tools && { tools }),
      maxTokens: 1000,
    });
  }

  @tool({ description: 'The record of a customer: name, address, since when.', input: CustomerQuery })
  @step({ ...patience, output: Customer })
  async findCustomer({ customerId }: CustomerQuery, ticket: Ticket) {
    assertOwn(customerId, ticket);
    const customer = await this.deps.crm.customer(customerId);
    if (!customer) throw new FatalError('there is no such customer');
    return customer;
  }

  @tool({ description: 'All orders of a customer, with what was paid and how often.', input: OrderQuery })
  @step({ ...patience, output: OrderList })
  async orderHistory({ customerId }: OrderQuery, ticket: Ticket) {
    assertOwn(customerId, ticket);
    return this.deps.orders.ofCustomer(customerId);
  }

  @tool({ description: 'Articles of the help centre: policies, delivery times, how things are done.', input: KnowledgeQuery })
  @step({ ...patience, output: ArticleList })
  async searchKnowledge({ query }: KnowledgeQuery, _ticket: Ticket) {
    return this.deps.knowledge.search(query);
  }

  @tool({ description: 'Gives money back for one order. A person is asked first.', input: RefundRequest })
  @approval({
    expiresIn: '3d',
    show: ({ orderId, amountCents, reason }, ticket) =>
      `Refund ${(amountCents / 100).toFixed(2)} for order ${orderId} to customer ${ticket.customerId} (ticket ${ticket.id}): ${reason}`,
  })
  @sideEffect({
    ...patience,
    idempotencyKey: ({ orderId }, ticket) => `refund:${ticket.id}:${orderId}`,
    reconcile: 'findRefund',
    output: RefundReceipt,
  })
  async refund(request: RefundRequest, _ticket: Ticket) {
    return this.deps.payments.refund(request, { idempotencyKey: effectKey() });
  }

  async findRefund() {
    return this.deps.payments.findRefund(effectKey());
  }

  @tool({ description: 'Sends the answer to the customer, once a ticket. A person is asked first.', input: Reply })
  @approval({ expiresIn: '3d', show: ({ to, subject, text }, ticket) => `Ticket ${ticket.id}\nTo: ${to}\nSubject: ${subject}\n\n${text}` })
  @sideEffect({ ...patience, idempotencyKey: (_reply, ticket) => `reply:${ticket.id}`, reconcile: 'findReply', output: SentReply })
  async replyToCustomer(reply: Reply, _ticket: Ticket) {
    return this.deps.helpdesk.reply(reply, { idempotencyKey: effectKey() });
  }

  async findReply() {
    return this.deps.helpdesk.findReply(effectKey());
  }
}

/** The one who is logged in, and nobody else: whatever a text says, other customers' records are not read. */
function assertOwn(customerId: string, ticket: Ticket): void {
  if (customerId !== ticket.customerId) throw new FatalError('this ticket is of another customer');
}

function reportOf(outcome: AgentOutcome<Resolution>): TriageReport {
  const { stopped, turns, costUsd, calls } = outcome;
  const done = calls.filter((call) => call.outcome === 'done' && !call.isRepeat);
  const refunds = done.filter(({ tool }) => tool === 'refund').map(({ output }) => output as RefundReceipt);
  const { outcome: kind, summary } = outcome.answer ?? { outcome: 'escalated' as const, summary: `The agent was stopped (${stopped}).` };
  return {
    outcome: kind,
    summary,
    refundedCents: refunds.reduce((sum, { amountCents }) => sum + amountCents, 0),
    replied: done.some(({ tool }) => tool === 'replyToCustomer'),
    stopped,
    turns,
    costUsd,
  };
}
