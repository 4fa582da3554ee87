import { scriptedModel, type ModelMessage, type ModelRequest, type ScriptedAnswer, type ScriptedModel } from 'durableflow';

interface Observed {
  readonly tool: string;
  readonly failed: boolean;
  readonly leftOut: boolean;
  readonly input: Record<string, unknown>;
  readonly text: string;
}

/** What was read of a record, as it stands there: whether it makes sense is not a model's to know. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * A model without a model: it follows a policy, and looks only at the request, as a real one would. Ids, amounts and
 * addresses come from what the tools have said, and it believes them: wrong data make it ask for wrong things.
 */
export function scriptedSupport(): ScriptedModel {
  return scriptedModel((request) => nextMove(request));
}

/** What the policy does next, given all that the model is shown. */
export function nextMove(request: ModelRequest): ScriptedAnswer {
  const ticket = readTicket(request.messages);
  const observed = observations(request.messages);
  const last = (tool: string) => observed.findLast((it) => it.tool === tool);

  const hidden = observed.find((it) => it.leftOut && last(it.tool) === it);
  if (hidden) return ask(`I need ${hidden.tool} again.`, [hidden.tool, hidden.input]);

  const [customerRead, knowledgeRead, ordersRead] = [last('findCustomer'), last('searchKnowledge'), last('orderHistory')];
  if (!customerRead) {
    const lookUp = ['findCustomer', { customerId: ticket.customerId }] as const;
    return ask('First the customer and the policy.', lookUp, ['searchKnowledge', { query: ticket.subject.slice(0, 200) }]);
  }
  const customer = records(customerRead)[0];
  const email = textOf(customer?.['email']) ?? /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(customerRead.text)?.[0];
  if (customerRead.failed || email === undefined) return conclude('escalated', 'The customer could not be looked up.');
  if (!ordersRead) return ask('Now the orders.', ['orderHistory', { customerId: ticket.customerId }]);
  if (ordersRead.failed) return conclude('escalated', 'The orders could not be looked up.');

  const order = orderOf(ticket.text, records(ordersRead));
  const owed = order && wantsMoney(ticket.text) ? owedFor(order) : 0;
  const refund = last('refund');
  if (order && owed > 0 && !refund) {
    const reason = order['status'] === 'returned' ? 'returned' : `paid ${textOf(order['charges'])} times`;
    return ask(`The order was ${reason}.`, ['refund', { orderId: order['id'], amountCents: owed, reason }]);
  }
  if (refund?.failed) return conclude('escalated', 'The refund was not made.');

  const reply = last('replyToCustomer');
  if (!reply) {
    const policy = knowledgeRead && !knowledgeRead.failed ? (textOf(records(knowledgeRead)[0]?.['text']) ?? knowledgeRead.text) : '';
    const money = owed > 0 ? `We have given back ${(owed / 100).toFixed(2)} for order ${textOf(order!['id'])}.` : '';
    if (policy === '' && money === '') return conclude('escalated', 'Nothing in the help centre answers this.');
    const text = [`Hello ${textOf(customer?.['name']) ?? ''},`, money, policy, 'Your support team'].filter((it) => it !== '').join('\n\n');
    return ask('Now the answer.', [
      'replyToCustomer',
      { to: email, subject: `Re: ${ticket.subject}`.slice(0, 200), text: text.slice(0, 4000) },
    ]);
  }
  if (reply.failed) return conclude(owed > 0 ? 'refunded' : 'escalated', 'The reply was not sent.');
  return conclude(owed > 0 ? 'refunded' : 'answered', `Replied to ${email}.`);
}

function ask(text: string, ...calls: readonly (readonly [name: string, input: unknown])[]): ScriptedAnswer {
  return { text, toolCalls: calls.map(([name, input]) => ({ name, input })) };
}

function conclude(outcome: 'refunded' | 'answered' | 'escalated', summary: string): ScriptedAnswer {
  return { text: JSON.stringify({ outcome, summary }) };
}

function readTicket(messages: readonly ModelMessage[]) {
  const content = messages.find(({ role }) => role === 'user')?.content ?? '';
  const [head = '', subject = '', ...text] = content.split('\n');
  return { customerId: /of customer (\S+)/.exec(head)?.[1] ?? '', subject, text: `${subject}\n${text.join('\n')}` };
}

const wantsMoney = (text: string) => /refund|money back|charged|paid (?:for it )?twice|return/i.test(text);

/** The order that the ticket names, or the first for which something is owed. */
function orderOf(text: string, orders: readonly Fields[]): Fields | undefined {
  return orders.find(({ id }) => typeof id === 'string' && text.includes(id)) ?? orders.find((order) => owedFor(order) > 0);
}

function owedFor({ status, charges, totalCents }: Fields): number {
  const owed = Number(totalCents) * (status === 'returned' ? 1 : Number(charges) - 1);
  return Number.isFinite(owed) ? owed : 0;
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
      failed: message.isError === true || message.content.startsWith('Error: '),
      leftOut: message.content.includes('Make the same call again'),
      text: /<tool_output[^>]*>\n([\s\S]*)\n<\/tool_output>/.exec(message.content)?.[1] ?? '',
    };
  });
}

/** What a tool said: one record, or one a line. */
function records({ text }: Observed): Fields[] {
  const whole = parse(text);
  const values = whole === undefined ? text.split('\n').map(parse) : [whole].flat();
  return values.filter((value): value is Fields => typeof value === 'object' && value !== null);
}

/** A field as a text, whatever it is. */
function textOf(field: unknown): string | undefined {
  if (field === undefined || field === null) return undefined;
  return typeof field === 'string' ? field : JSON.stringify(field);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
