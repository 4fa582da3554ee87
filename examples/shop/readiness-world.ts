import type { ModelMessage, ModelRequest, ScriptedAnswer } from 'durableflow';
import { scriptedSupport, type ChatMessage } from './scripted-support.js';
import type { Customer, Order, Refund } from './schemas.js';
import type { Shop } from './shop-client.js';

/** A shop in memory, for the readiness kit, which carries out what an agent asks of it. It pays for every call, whatever its key. */
export class LocalShop implements Shop {
  readonly #refunds = new Map<string, Refund>();

  async customer(email: string): Promise<Customer> {
    return { email, name: 'Ines' };
  }

  async order(id: string): Promise<Order> {
    return { id, customer: 'ines@mailhaus.example', item: 'teapot', paidCents: 4150, note: 'Please ring twice, the bell is quiet.' };
  }

  async refund(orderId: string, cents: number, idempotencyKey: string): Promise<Refund> {
    const refund = { receipt: `R-${this.#refunds.size + 1}`, orderId, cents };
    this.#refunds.set(idempotencyKey, refund);
    return refund;
  }

  async findRefund(idempotencyKey: string): Promise<Refund | undefined> {
    return this.#refunds.get(idempotencyKey);
  }
}

/** Where the key of a refund is. */
export const keyOf = (method: string, args: readonly unknown[]) => (method === 'refund' ? (args[2] as string) : undefined);

/** The same model as in the stories, in the words of the kit. */
export function supportModel({ messages }: ModelRequest): ScriptedAnswer {
  const { text, calls } = scriptedSupport(messages.map(chatMessage));
  return { ...(text !== undefined && { text }), ...(calls && { toolCalls: calls }) };
}

function chatMessage(message: ModelMessage): ChatMessage {
  const { role, content } = message;
  if (message.role === 'tool') return { role: 'tool', content, tool_call_id: message.toolCallId };
  if (message.role !== 'assistant') return { role, content };
  const calls = (message.toolCalls ?? []).map(({ id, name, input }) => ({ id, function: { name, arguments: JSON.stringify(input) } }));
  return { role, content, ...(calls.length > 0 && { tool_calls: calls }) };
}
