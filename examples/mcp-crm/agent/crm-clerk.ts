import { contextBudget, step, workflow, type ModelClient, type Selection } from 'durableflow';
import { modelRequest, runTools, type AgentTurn } from 'durableflow/agent';
import type { McpClient } from 'durableflow/mcp';
import type { OfficeRequest } from './request.js';

const instructions = `You are a clerk with an old CRM. Look customers and invoices up before you change anything; never guess a number.
A person is asked before every change. When you are done, say in one sentence what you did.`;

/** Does in the CRM what the office asks for. Its tools are whatever the server offers; the class knows none of them. */
@workflow({ name: 'crm-clerk', version: '1' })
export class CrmClerk {
  constructor(private readonly deps: { readonly models: ModelClient; readonly crm: McpClient }) {}

  async run(request: OfficeRequest): Promise<string> {
    const outcome = await runTools(this, {
      turn: (turn, items) => this.think(turn, items),
      messages: [{ role: 'user', content: `Request ${request.id}: ${request.text}` }],
      tools: await this.deps.crm.tools({ scope: request.id }),
      maxTurns: 8,
      maxCostUsd: 0.2,
    });
    return outcome.stopped === undefined ? outcome.answer : `Not done: the clerk was stopped (${outcome.stopped}).`;
  }

  @step({ timeout: '45s', retry: { maxAttempts: 2 } })
  @contextBudget({ maxTokens: 8000, reserve: 3500, query: (turn) => turn.query })
  async think(turn: AgentTurn, items: Selection) {
    const { messages, tools } = modelRequest(this, turn, items);
    return this.deps.models.complete({
      messages: [{ role: 'system', content: instructions }, ...messages],
      ...(tools && { tools }),
      maxTokens: 600,
    });
  }
}
