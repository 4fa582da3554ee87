import { scriptedModel, type ModelMessage, type ModelRequest, type ScriptedAnswer, type ScriptedModel } from 'durableflow';
import { Article, Customer, Order } from '../schemas.js';
import type { z } from 'zod';

interface Observed {
  readonly tool: string;
  readonly failed: boolean;
  readonly leftOut: boolean;
  readonly input: Record<string, unknown>;
  readonly text: string;
}

/**
 * A model without a model: it follows a policy, and looks only at the request, as a real one would. Ids, amounts and
 * addresses come from what the tools have said; wrong data make it do wrong things.
 */
export function scriptedSupport(): ScriptedModel {
  return scriptedModel((request) => nextMove(request), { model: 'scripted' });
}

/** What the policy does next. */
export function nextMove(request: ModelRequest): ScriptedAnswer {
  const ticket = readTicket(request.messages);
  const observed = observations(request.messages);
  const last = (tool: string) => observed.findLast((it) => it.tool === tool);
  const ask = (name: string, input: Record<string, unknown>, thought: string): ScriptedAnswer => ({
    text: thought,
    toolCalls: [{ name, input }],
  });

  const hidden = observed.findLast((it, i) => it.leftOut && !observed.slice(i + 1).some(({ tool }) => tool === it.tool));
  if (hidden) return ask(hidden.tool, hidden.input, `I need ${hidden.tool} again.`);
  if (!last('findCustomer')) {
    return {
      text: 'First the customer and the policy.',
      toolCalls: [
        { name: 'findCustomer', input: { customerId: ticket.customerId } },
        { name: 'searchKnowledge', input: { query: ticket.subject.slice(0, 200) } },
      ],
    };
  }
  const customer = read(last('findCustomer'), Customer)[0];
  if (!customer) return conclude('escalated', 'The customer could not be looked up.');
  if (!last('orderHistory')) return ask('orderHistory', { customerId: customer.id }, 'Now the orders.');
  if (last('orderHistory')!.failed) return conclude('escalated', 'The orders could not be looked up.');

  const order = orderOf(ticket.text, read(last('orderHistory'), Order));
  const refund = last('refund');
  const overpaid =
    order && order.charges > 1 ? order.totalCents * (order.charges - 1) : order?.status === 'returned' ? order.totalCents : 0;
  const mayRefund = wantsMoney(ticket) && order && overpaid > 0;
  if (mayRefund && !refund) {
    const reason = order.charges > 1 ? `paid ${order.charges} times` : 'returned';
    return ask('refund', { orderId: order.id, amountCents: overpaid, reason }, `The order was ${reason}.`);
  }
  if (refund?.failed) return conclude('escalated', 'The refund was not made.');
  const reply = last('replyToCustomer');
  const article = read(last('searchKnowledge'), Article)[0];
  const answer = mayRefund ? refundText(order.id, overpaid) : article?.text;
  if (answer === undefined) return conclude('escalated', 'Nothing in the help centre answers this.');
  if (!reply) {
    const text = `Hello ${customer.name},\n\n${answer}\n\nYour support team`;
    return ask(
      'replyToCustomer',
      { to: customer.email, subject: `Re: ${ticket.subject}`.slice(0, 200), text: text.slice(0, 4000) },
      'Now the answer.',
    );
  }
  const outcome = mayRefund ? 'refunded' : reply.failed ? 'escalated' : 'answered';
  return conclude(outcome, reply.failed ? 'The reply was not sent.' : `Order ${order?.id ?? 'none'}; replied to ${customer.email}.`);
}

const refundText = (orderId: string, cents: number) =>
  `We have given back ${(cents / 100).toFixed(2)} for order ${orderId}. The money arrives within five working days.`;

function conclude(outcome: 'refunded' | 'answered' | 'escalated', summary: string): ScriptedAnswer {
  return { text: JSON.stringify({ outcome, summary }) };
}

function readTicket(messages: readonly ModelMessage[]) {
  const content = messages.find(({ role }) => role === 'user')?.content ?? '';
  const [head = '', subject = '', ...text] = content.split('\n');
  return { customerId: /of customer (\S+)/.exec(head)?.[1] ?? '', subject, text: `${subject}\n${text.join('\n')}` };
}

const wantsMoney = ({ text }: { readonly text: string }) => /refund|money back|charged|paid (?:for it )?twice|return/i.test(text);

/** The order that the ticket names, or the one that looks wrong. */
function orderOf(text: string, orders: readonly Order[]): Order | undefined {
  return orders.find(({ id }) => text.includes(id)) ?? orders.find(({ charges }) => charges > 1);
}

/** Every tool message with the call that it answers. */
function observations(messages: readonly ModelMessage[]): Observed[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  return messages.flatMap((message) => {
    if (message.role !== 'tool') return [];
    const call = calls.find(({ id }) => id === message.toolCallId);
    return {
      tool: call?.name ?? '',
      input: (call?.input ?? {}) as Record<string, unknown>,
      failed: message.isError === true,
      leftOut: message.content.includes('Make the same call again'),
      text: /<tool_output[^>]*>\n([\s\S]*)\n<\/tool_output>/.exec(message.content)?.[1] ?? '',
    };
  });
}

/** What a tool said, as far as it is of this kind: one value, or one a line. */
function read<S extends z.ZodType>(observed: Observed | undefined, schema: S): z.infer<S>[] {
  if (!observed || observed.failed) return [];
  const whole = parse(observed.text);
  const values = whole === undefined ? observed.text.split('\n').map(parse) : [whole].flat();
  return values.flatMap((value) => {
    const { success, data } = schema.safeParse(value);
    return success ? [data] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
