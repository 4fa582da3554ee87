import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { approval, sideEffect, step } from '../../decorators/index.js';
import { DurableFlowError, FatalError } from '../../errors/index.js';
import { digest } from '../../journal/index.js';
import { effectKey } from '../../runtime/index.js';
import type { AgentTool } from '../agent-tool.js';
import { canonicalJson } from '../canonical-json.js';
import { McpConnection } from './mcp-connection.js';
import type { McpClientOptions } from './mcp-options.js';
import { digestOf, inputSchemaOf, readTools, type McpTool, type McpToolList } from './mcp-tool.js';
import { answerOf, errorTextOf } from './tool-answer.js';

/** One call of a tool, as it is journaled and shown to operators. */
export interface McpCall {
  readonly server: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Digest of the tool's definition as it was offered; a yes is a yes to this tool and no other. */
  readonly definition: string;
  /** What the call belongs to, such as a ticket: the same call for something else is another one. */
  readonly scope: string;
}

/** What tools are asked for. */
export interface McpToolsOptions {
  /** Names the work that writes belong to, such as the id of a ticket; it is a part of their idempotency keys. */
  readonly scope: string;
}

/**
 * The tools of an MCP server, as tools for `runTools`. Listing and calling are durable calls. A tool that says it only
 * reads is a read; every other one is a gated write, whose idempotency key is handed to the server in
 * `_meta['durableflow.dev/idempotencyKey']`. The definition of a tool is pinned: if the server has changed it since it was
 * offered, a write is refused, whatever was approved.
 *
 * What the server says is not trusted: its answers are data, its descriptions are marked as its own, a schema that cannot be
 * checked takes its tool out, and it is offered nothing of the client's side.
 *
 * Needs `npm install @modelcontextprotocol/sdk`, which is loaded when the server is first used.
 *
 * @example
 * ```ts
 * import { McpClient } from 'durableflow/mcp';
 * const crm = new McpClient({ name: 'crm', stdio: { command: 'node', args: ['crm-server.js'] }, timeout: '10s' });
 * console.log(crm.name); // crm
 * await crm.close();
 * ```
 */
export class McpClient {
  readonly #options: McpClientOptions;
  readonly #connection: McpConnection;

  /** Throws `DF_INVALID_INPUT` for a name that is none, or without exactly one way to reach the server. */
  constructor(options: McpClientOptions) {
    this.#options = options;
    this.#connection = new McpConnection(options);
  }

  get name(): string {
    return this.#options.name;
  }

  /** The tools that the server offers now, for `runTools`. Throws `DF_MCP_UNREACHABLE`. */
  async tools({ scope }: McpToolsOptions): Promise<AgentTool[]> {
    const { tools } = await this.listTools();
    return tools.map((tool) => this.#agentTool(tool, scope));
  }

  /** Ends the connection, and the process behind it if there is one. It is made again when it is needed. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** What the server offers, with what of it cannot be used and why. */
  @step({ retry: { maxAttempts: 3 } })
  async listTools(): Promise<McpToolList> {
    return readTools(await this.#connection.listTools(), this.#options);
  }

  /** Calls a tool that reads. */
  @step({ retry: { maxAttempts: 2 } })
  async read(call: McpCall): Promise<unknown> {
    return this.#read(call);
  }

  /** Calls a tool that reads, and whose arguments could carry data out. */
  @approval({ show: describeCall })
  @step({ retry: { maxAttempts: 2 } })
  async readGated(call: McpCall): Promise<unknown> {
    return this.#read(call);
  }

  /** Calls any other tool of a server that can not tell what it has done: in doubt, an operator is asked. */
  @approval({ show: describeCall })
  @sideEffect({ idempotencyKey: keyOf, retry: { maxAttempts: 2 } })
  async write(call: McpCall): Promise<unknown> {
    return this.#write(call);
  }

  /** The same with a server that honours keys: in doubt, the call is made again. */
  @approval({ show: describeCall })
  @sideEffect({ idempotencyKey: keyOf, onInDoubt: 'retry' })
  async writeKeyed(call: McpCall): Promise<unknown> {
    return this.#write(call);
  }

  /** The same with a server that can be asked what it has done. */
  @approval({ show: describeCall })
  @sideEffect({ idempotencyKey: keyOf, reconcile: 'findWrite', retry: { maxAttempts: 3 } })
  async writeFindable(call: McpCall): Promise<unknown> {
    return this.#write(call);
  }

  /** What the server says of a write under its key; undefined if it has not happened. */
  async findWrite(call: McpCall): Promise<unknown> {
    const { tool, input, found } = this.#options.lookup!;
    const result = await this.#connection.callTool(tool, input(effectKey()));
    if (result.isError) throw new DurableFlowError('DF_MCP_TOOL_FAILED', `${tool} of ${call.server} failed: ${errorTextOf(result)}`);
    return found(this.#answer(result, tool));
  }

  #agentTool(tool: McpTool, scope: string): AgentTool {
    const { name, access, openWorld, description, inputSchema } = tool;
    const schema = inputSchemaOf(tool);
    const callOf = (input: unknown): McpCall => ({
      server: this.name,
      tool: tool.tool,
      input: input as McpCall['input'],
      definition: tool.digest,
      scope,
    });
    const { lookup, honoursKeys } = this.#options;
    const write = (call: McpCall) => (lookup ? this.writeFindable(call) : honoursKeys ? this.writeKeyed(call) : this.write(call));
    return {
      name,
      access,
      // Writes have their gate in any case.
      openWorld: access === 'read' && openWorld,
      declaration: { name, description, parameters: inputSchema },
      check: (input) => schema['~standard'].validate(input),
      call: (input) => (access === 'read' ? this.read(callOf(input)) : write(callOf(input))),
      callTainted: (input) => this.readGated(callOf(input)),
    };
  }

  async #read({ tool, input }: McpCall): Promise<unknown> {
    const result = await this.#connection.callTool(tool, input);
    // Asking again would not change it, and the model may know better what to ask for.
    if (result.isError) throw new FatalError(errorTextOf(result));
    return this.#answer(result, tool);
  }

  async #write(call: McpCall): Promise<unknown> {
    const { tool, input, server } = call;
    await this.#assertUnchanged(call);
    const result = await this.#connection.callTool(tool, input, effectKey());
    if (!result.isError) return this.#answer(result, tool);
    const text = errorTextOf(result);
    if (this.#options.errorsAreFinal) throw new FatalError(text);
    throw new DurableFlowError('DF_MCP_TOOL_FAILED', `${tool} of ${server} failed: ${text}`);
  }

  /** Nothing has been sent yet, so a refusal leaves no doubt. */
  async #assertUnchanged({ tool, definition, server }: McpCall): Promise<void> {
    const current = await this.#beforeSending(() => this.#connection.listTools());
    const found = current.find(({ name }) => name === tool);
    if (found && digestOf(found) === definition) return;
    const how = found ? 'describes it in other words than when it was offered' : 'offers it no longer';
    const cause = new DurableFlowError('DF_MCP_TOOL_CHANGED', `${server} ${how}: ${tool}`);
    throw new FatalError(cause.message, { cause });
  }

  async #beforeSending<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof DurableFlowError && cause.code === 'DF_MCP_UNREACHABLE') throw cause;
      if (cause instanceof DurableFlowError) throw new FatalError(cause.message, { cause });
      const unsent = Object.assign(new Error(String(cause), { cause }), { code: 'ECONNREFUSED' });
      throw new DurableFlowError('DF_MCP_UNREACHABLE', `${this.name} did not list its tools: ${String(cause)}`, { cause: unsent });
    }
  }

  #answer(result: CallToolResult, tool: string): unknown {
    return answerOf(result, `${tool} of ${this.name}`, this.#options.maxAnswerBytes ?? 1_000_000);
  }
}

function keyOf({ server, tool, scope, input }: McpCall): string {
  return `${server}/${tool}/${scope}/${digest(canonicalJson(input))}`;
}

function describeCall({ server, tool, input, scope, definition }: McpCall): string {
  return `${tool} of the MCP server ${server}, for ${scope}\n${JSON.stringify(input, null, 2)}\n(definition ${definition.slice(0, 12)})`;
}
