import { scriptedModel, type ModelMessage, type ModelRequest, type ScriptedAnswer, type ScriptedModel } from 'durableflow';

/** A model without a model, for credits: it reads what the tools have said, and asks for the next thing. */
export function scriptedClerk(): ScriptedModel {
  return scriptedModel(nextStep);
}

function nextStep({ messages }: ModelRequest): ScriptedAnswer | string {
  const task = messages.find(({ role }) => role === 'user')?.content ?? '';
  const said = (tool: string) => messages.findLast((it) => it.role === 'tool' && callOf(messages, it.toolCallId)?.name === tool)?.content;
  const ask = (name: string, input: unknown): ScriptedAnswer => ({ toolCalls: [{ name, input }] });

  const customer = said('crm_find_customer');
  if (customer === undefined)
    return ask('crm_find_customer', { name: /: (\p{Lu}\p{L}+ \p{Lu}\p{L}+)/u.exec(task)?.[1] ?? task.slice(0, 60) });
  const customerId = / id="(\d+)"/.exec(customer)?.[1];
  if (customerId === undefined) return 'I found no such customer, and did nothing.';
  const invoices = said('crm_list_invoices');
  if (invoices === undefined) return ask('crm_list_invoices', { customerId });
  const number = /credit for (RE-\d+)/.exec(task)?.[1];
  const line = invoices.split('\n').find((it) => number !== undefined && it.includes(`"${number}"`));
  const cents = Number(/"cents":\s*(\d+)/.exec(line ?? '')?.[1]);
  if (!(cents > 0)) return 'I found no such invoice, and did nothing.';
  const credit = said('crm_issue_credit');
  if (credit === undefined) return ask('crm_issue_credit', { customerId, invoice: number, cents });
  return credit.startsWith('Error: ')
    ? 'The credit was not given.'
    : `Customer ${customerId} has a credit of ${cents} cents for ${number}.`;
}

function callOf(messages: readonly ModelMessage[], id: string) {
  return messages.flatMap((it) => (it.role === 'assistant' ? (it.toolCalls ?? []) : [])).find((call) => call.id === id);
}
