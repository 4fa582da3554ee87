/** A message of the Chat Completions API, as far as the script reads it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: unknown;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** What a model answers: words, or calls of tools. */
export interface ChatAnswer {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input: object }[];
}

/**
 * A support agent's model without a model: it reads the conversation and does the next sensible thing. Who the customer is
 * and what was paid it knows from the tools alone, as a real model would.
 */
export function scriptedSupport(messages: readonly ChatMessage[]): ChatAnswer {
  const results = resultsIn(messages);
  const asked = messages.map(({ content }) => textOf(content)).find((text) => /\bO-\d+\b/.test(text)) ?? '';
  const orderId = /\bO-\d+\b/.exec(asked)?.[0];
  const email = /[\w.]+@[\w.]*\w/.exec(asked)?.[0];
  if (!orderId || !email) return { text: 'Which order is it about, and under which address did you buy it?' };

  if (!results.has('findCustomer') || !results.has('findOrder')) {
    return {
      calls: [
        { name: 'findCustomer', input: { email } },
        { name: 'findOrder', input: { orderId } },
      ],
    };
  }
  const customer = results.get('findCustomer')!;
  const order = results.get('findOrder')!;
  const cents = Number(/"paidCents":(\d+)/.exec(order)?.[1]);
  const name = /"name":"([^"]+)"/.exec(customer)?.[1] ?? 'customer';
  if (!Number.isInteger(cents) || !order.includes(email)) return { text: `Dear ${name}, I cannot find this order under your address.` };

  const refund = results.get('refund');
  if (refund === undefined) return { calls: [{ name: 'refund', input: { orderId, cents } }] };
  const receipt = /"receipt":"([^"]+)"/.exec(refund)?.[1];
  if (receipt) return { text: `Dear ${name}, ${(cents / 100).toFixed(2)} is on its way back to you (${receipt}).` };
  return { text: `Dear ${name}, we are sorry, but your refund was not granted.` };
}

/** By tool, what it answered last. */
function resultsIn(messages: readonly ChatMessage[]): Map<string, string> {
  const names = new Map(messages.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => [call.id, call.function.name] as const)));
  return new Map(
    messages.flatMap(({ role, tool_call_id: id = '', content }) =>
      role === 'tool' ? [[names.get(id) ?? '', textOf(content)] as const] : [],
    ),
  );
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? '').join('\n') : '';
}
