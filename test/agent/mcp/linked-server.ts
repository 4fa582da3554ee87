import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type CallToolResult, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { McpClient } from 'durableflow/mcp';
import type { McpClientOptions } from '../../../sdk/agent/mcp/mcp-options.js';

/** A call that has reached the server. */
export interface Received {
  readonly tool: string;
  readonly input: unknown;
  readonly key: string | undefined;
}

/** A server in this process that says and does whatever a test wants, by the official library. */
export class LinkedServer {
  readonly received: Received[] = [];
  tools: Tool[];
  answer: (call: Received) => CallToolResult | Promise<CallToolResult>;

  constructor(tools: Tool[], answer: LinkedServer['answer'] = () => text('ok')) {
    this.tools = tools;
    this.answer = answer;
  }

  client(options: Partial<McpClientOptions> = {}): McpClient {
    return new McpClient({ name: 'crm', timeout: '300ms', transport: () => this.transport(), ...options });
  }

  /** A connection to a new instance of it. */
  async transport(): Promise<Transport> {
    const server = new Server({ name: 'linked', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: this.tools }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      const call = {
        tool: params.name,
        input: params.arguments,
        key: params['_meta']?.['durableflow.dev/idempotencyKey'] as string | undefined,
      };
      this.received.push(call);
      return this.answer(call);
    });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(theirs);
    return ours;
  }
}

export const text = (it: string): CallToolResult => ({ content: [{ type: 'text', text: it }] });
export const failed = (it: string): CallToolResult => ({ ...text(it), isError: true });

const input = { type: 'object' as const, properties: { id: { type: 'string' } }, required: ['id'] };
export const readTool: Tool = {
  name: 'find',
  description: 'Finds.',
  inputSchema: input,
  annotations: { readOnlyHint: true, openWorldHint: false },
};
export const writeTool: Tool = { name: 'credit', description: 'Gives a credit.', inputSchema: input };
