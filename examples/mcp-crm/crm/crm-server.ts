import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { CrmRefusal, type LegacyCrm } from './legacy-crm.js';
import { toXml } from './xml.js';

/** How the server behaves beyond its work. */
export interface CrmServerOptions {
  /** A slow line: what was done is confirmed only after so many milliseconds. */
  readonly confirmAfter?: number;
}

const customerId = z
  .string()
  .regex(/^\d{6}$/)
  .describe('Six digits, as find_customer says');
const reads = { readOnlyHint: true, openWorldHint: false };
const writes = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };

/** The old CRM as an MCP server, by the official library. Writes are made once under the key in `_meta`. */
export function crmServer(crm: LegacyCrm, { confirmAfter = 0 }: CrmServerOptions = {}): McpServer {
  const server = new McpServer({ name: 'legacy-crm', version: '1.0.0' });

  server.registerTool(
    'find_customer',
    { description: 'Customers by name, as XML.', inputSchema: { name: z.string().min(2).max(60) }, annotations: reads },
    async ({ name }) => text(toXml('customer', await crm.findCustomers(name))),
  );

  server.registerTool(
    'list_invoices',
    {
      description: 'The invoices of a customer; amounts in cents.',
      inputSchema: { customerId },
      outputSchema: {
        invoices: z.array(
          z.object({ number: z.string(), customerId: z.string(), date: z.string(), cents: z.int(), state: z.enum(['open', 'paid']) }),
        ),
      },
      annotations: reads,
    },
    async (input) => structured({ invoices: await crm.invoices(input.customerId) }),
  );

  server.registerTool(
    'issue_credit',
    {
      description: 'Gives a customer a credit for an invoice.',
      inputSchema: { customerId, invoice: z.string().max(20), cents: z.int().positive() },
      annotations: writes,
    },
    (credit, { _meta: meta }) => confirmed(() => crm.issueCredit(credit, keyIn(meta))),
  );

  server.registerTool(
    'change_address',
    {
      description: 'Changes where a customer lives.',
      inputSchema: { customerId, street: z.string().max(30), zip: z.string().max(8), city: z.string().max(20) },
      annotations: writes,
    },
    ({ customerId, ...address }, { _meta: meta }) => confirmed(() => crm.changeAddress(customerId, address, keyIn(meta))),
  );

  server.registerTool(
    'find_operation',
    { description: 'What was done under an idempotency key.', inputSchema: { key: z.string() }, annotations: reads },
    async ({ key }) => structured({ result: (await crm.findOperation(key)) ?? null }),
  );

  async function confirmed(work: () => Promise<object>): Promise<CallToolResult> {
    try {
      const done = await work();
      await sleep(confirmAfter);
      return structured({ ...done });
    } catch (error) {
      if (!(error instanceof CrmRefusal)) throw error;
      return { ...text(error.message), isError: true };
    }
  }

  return server;
}

/** Without a key every call is another one. */
function keyIn(meta: Readonly<Record<string, unknown>> | undefined): string {
  const key = meta?.['durableflow.dev/idempotencyKey'];
  return typeof key === 'string' && key !== '' ? key : randomUUID();
}

const text = (it: string): CallToolResult => ({ content: [{ type: 'text', text: it }] });
const structured = (it: Record<string, unknown>): CallToolResult => ({ ...text(JSON.stringify(it)), structuredContent: it });
