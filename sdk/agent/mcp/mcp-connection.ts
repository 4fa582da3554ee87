import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { milliseconds } from '../../definition/duration.js';
import { DurableFlowError } from '../../errors/index.js';
import { importPeer } from '../../errors/import-peer.js';
import { currentBody } from '../../runtime/current-body.js';
import type { McpClientOptions } from './mcp-options.js';

const peer = '@modelcontextprotocol/sdk';
const mostPages = 20;
/** A process may take this long to start, whatever a call may take; in milliseconds. */
const startTime = 30_000;

/** One connection to a server, made when it is first needed, and again after it broke. */
export class McpConnection {
  readonly #options: McpClientOptions;
  readonly #timeout: number;
  #client: Promise<Client> | undefined;

  constructor(options: McpClientOptions) {
    const { name, stdio, url, transport, timeout = '30s' } = options;
    if (!/^\w{1,30}$/.test(name))
      throw new DurableFlowError('DF_INVALID_INPUT', `"${name}" is no name for a server; use letters, digits and _`);
    if ([stdio, url, transport].filter((it) => it !== undefined).length !== 1)
      throw new DurableFlowError('DF_INVALID_INPUT', `the server ${name} needs exactly one of stdio, url and transport`);
    this.#options = options;
    this.#timeout = milliseconds(timeout, 'timeout');
  }

  /** The tools of the server, all pages. Throws `DF_MCP_UNREACHABLE`. */
  async listTools(): Promise<Tool[]> {
    const client = await this.#connected();
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const answer = await client.listTools(cursor === undefined ? {} : { cursor }, this.#requestOptions());
      tools.push(...answer.tools);
      cursor = answer.nextCursor;
      if (cursor === undefined) return tools;
    }
    throw new DurableFlowError('DF_MCP_OUTPUT_INVALID', `${this.#options.name} lists its tools on more than ${mostPages} pages`);
  }

  /**
   * Calls a tool. Throws `DF_MCP_UNREACHABLE` if nothing was sent, `DF_MCP_OUTPUT_INVALID` for an answer that cannot be
   * used, and what the client throws.
   */
  async callTool(name: string, input: Readonly<Record<string, unknown>>, key?: string): Promise<CallToolResult> {
    const client = await this.#connected();
    const meta = key === undefined ? {} : { _meta: { 'durableflow.dev/idempotencyKey': key } };
    const { McpError } = await importPeer(peer, () => import('@modelcontextprotocol/sdk/types.js'));
    try {
      return (await client.callTool({ name, arguments: { ...input }, ...meta }, undefined, this.#requestOptions())) as CallToolResult;
    } catch (error) {
      if (!(error instanceof McpError)) await this.#drop(client);
      if (isMalformed(error)) {
        throw new DurableFlowError(
          'DF_MCP_OUTPUT_INVALID',
          `${this.#options.name} answered ${name} with something that breaks the protocol or its own schema`,
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  }

  /** Ends the connection, and the process behind it if there is one. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.close();
  }

  #requestOptions() {
    const signal = currentBody()?.signal;
    return { timeout: this.#timeout, maxTotalTimeout: this.#timeout, ...(signal && { signal }) };
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const { name } = this.#options;
    const { Client } = await importPeer(peer, () => import('@modelcontextprotocol/sdk/client/index.js'));
    // No capabilities: it may not ask our model, our user or our files for anything.
    const client = new Client({ name: 'durableflow', version: '1' });
    // It is no event target.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    client.onclose = () => (this.#client = undefined);
    try {
      await client.connect(await this.#transport(), { timeout: this.#options.stdio ? Math.max(this.#timeout, startTime) : this.#timeout });
      return client;
    } catch (cause) {
      await client.close().catch(() => {});
      if (cause instanceof DurableFlowError) throw cause;
      // The code tells the engine that nothing was sent, so that an effect need not be in doubt.
      const refused = Object.assign(new Error(String(cause), { cause }), { code: 'ECONNREFUSED' });
      throw new DurableFlowError('DF_MCP_UNREACHABLE', `the MCP server ${name} cannot be reached: ${(cause as Error).message}`, {
        cause: refused,
      });
    }
  }

  async #transport(): Promise<Transport> {
    const { stdio, url, headers, transport } = this.#options;
    if (transport) return transport();
    if (stdio) {
      const { StdioClientTransport, getDefaultEnvironment } = await importPeer(
        peer,
        () => import('@modelcontextprotocol/sdk/client/stdio.js'),
      );
      const { command, args = [], env = {}, cwd } = stdio;
      return new StdioClientTransport({
        command,
        args: [...args],
        env: { ...getDefaultEnvironment(), ...env },
        ...(cwd !== undefined && { cwd }),
        stderr: 'ignore',
        maxBufferSize: 2 * (this.#options.maxAnswerBytes ?? 1_000_000) + 1_000_000,
      });
    }
    const { StreamableHTTPClientTransport } = await importPeer(peer, () => import('@modelcontextprotocol/sdk/client/streamableHttp.js'));
    const requestInit = headers && { headers: { ...headers } };
    return new StreamableHTTPClientTransport(new URL(url!), requestInit ? { requestInit } : {});
  }

  async #drop(client: Client): Promise<void> {
    this.#client = undefined;
    await client.close().catch(() => {});
  }
}

/** The client refuses what is not of the protocol's form, or not of the schema that the tool declares. */
function isMalformed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'ZodError' || /structured content|output schema/i.test(error.message);
}
