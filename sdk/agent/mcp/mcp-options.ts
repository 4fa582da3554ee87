import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Duration } from '../../definition/duration.js';

/** A server that is started as a process, and talked to over its standard input and output. */
export interface StdioServer {
  readonly command: string;
  readonly args?: readonly string[];
  /** Beyond the few variables, such as `PATH`, that are always handed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What is known of a tool better than its server says. */
export interface McpToolOverride {
  /** Whether it only reads. The server's `readOnlyHint` if absent. */
  readonly access?: 'read' | 'write';
  /** Whether its arguments can reach places that others can read. The server's `openWorldHint` if absent. */
  readonly openWorld?: boolean;
  /** What the model is told in the place of the server's words. */
  readonly description?: string;
}

/** How to find out whether a write has happened. */
export interface McpLookup {
  /** The tool of the server that can tell. */
  readonly tool: string;
  /** Its input, for the idempotency key of a write. */
  readonly input: (key: string) => Readonly<Record<string, unknown>>;
  /** What the write returned, as the tool's answer tells; undefined if it has not happened. */
  readonly found: (answer: unknown) => unknown;
}

/** Options of an `McpClient`. Exactly one of `stdio`, `url` and `transport` says how it is reached. */
export interface McpClientOptions {
  /** What it is called in tool names, gates and errors. Letters, digits and `_`. */
  readonly name: string;
  readonly stdio?: StdioServer;
  /** A server that speaks streamable HTTP. */
  readonly url?: string;
  /** Sent with every request to `url`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Any other transport; called for each connection. */
  readonly transport?: () => Transport | Promise<Transport>;
  /** The longest that one call may take. Default `'30s'`. */
  readonly timeout?: Duration;
  /** Answers with more bytes than this are not used. Default 1,000,000. */
  readonly maxAnswerBytes?: number;
  /** The tools that are offered; all of them if absent. */
  readonly only?: readonly string[];
  /** By tool name. */
  readonly overrides?: Readonly<Record<string, McpToolOverride>>;
  /**
   * Whether what the server says of its tools (`readOnlyHint`, `openWorldHint`) is believed. If not, every tool is a gated
   * write unless `overrides` says otherwise. Default true: a tool without hints is a gated write in any case.
   */
  readonly trustHints?: boolean;
  /**
   * The server makes a write only once under the key in `_meta['durableflow.dev/idempotencyKey']`, so that one in doubt
   * may be sent again. Default false: it is looked up, or an operator is asked.
   */
  readonly honoursKeys?: boolean;
  /** An error that a tool answers means for certain that nothing was done. Default false: a write is then in doubt. */
  readonly errorsAreFinal?: boolean;
  readonly lookup?: McpLookup;
}
