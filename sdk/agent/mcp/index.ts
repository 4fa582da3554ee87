/**
 * Tools of MCP servers (https://modelcontextprotocol.io), as durable, gated calls.
 *
 * @module durableflow/mcp
 */
export type { AgentTool } from '../agent-tool.js';
export type { McpLookup, McpClientOptions, McpToolOverride, StdioServer } from './mcp-options.js';
export { McpClient, type McpCall, type McpToolsOptions } from './mcp-client.js';
export type { McpTool, McpToolList } from './mcp-tool.js';
