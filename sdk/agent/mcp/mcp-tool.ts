import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Schema } from '../../definition/schema.js';
import { digest } from '../../journal/index.js';
import type { JsonSchema } from '../../models/index.js';
import { canonicalJson } from '../canonical-json.js';
import { clean } from '../observation.js';
import type { McpClientOptions } from './mcp-options.js';

/** A tool as its server has described it at one moment: plain data, for the journal. */
export interface McpTool {
  /** The server's name for it. */
  readonly tool: string;
  /** The model's name for it. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly access: 'read' | 'write';
  readonly openWorld: boolean;
  /** Of everything that the server says of the tool. If it says something else later, the tool is another one. */
  readonly digest: string;
}

/** What a server offers, and what of it cannot be used, with the reason. */
export interface McpToolList {
  readonly tools: readonly McpTool[];
  readonly unusable: readonly { readonly tool: string; readonly why: string }[];
}

const mostTools = 128;
const largestSchema = 20_000;
const longestDescription = 2000;

/** The digest of all that a model or an operator could go by. */
export function digestOf({ name, title, description, inputSchema, outputSchema, annotations }: Tool): string {
  return digest(canonicalJson({ name, title, description, inputSchema, outputSchema, annotations }));
}

/** Reads a server's list. A tool that cannot be checked, named or read is left out. */
export function readTools(tools: readonly Tool[], options: McpClientOptions): McpToolList {
  const { only } = options;
  const wanted = tools.filter(({ name }) => only?.includes(name) ?? true);
  const list = wanted.map((tool, i) => ({ tool, why: i < mostTools ? objection(tool, options.name) : `more than ${mostTools} tools` }));
  const missing = (only ?? []).filter((name) => !tools.some((tool) => tool.name === name));
  return {
    tools: list.flatMap(({ tool, why }) => (why === undefined ? [readTool(tool, options)] : [])),
    unusable: [
      ...list.flatMap(({ tool, why }) => (why === undefined ? [] : [{ tool: tool.name.slice(0, 100), why }])),
      ...missing.map((tool) => ({ tool, why: 'the server does not offer it' })),
    ],
  };
}

/** Checks what a model asks for against the schema of the server. */
export function inputSchemaOf({ inputSchema }: McpTool): Schema {
  return z.fromJSONSchema(inputSchema);
}

function objection(tool: Tool, server: string): string | undefined {
  if (!/^[\w-]+$/.test(tool.name) || modelName(server, tool.name).length > 64) return 'its name is none that a model could use';
  if (JSON.stringify(tool.inputSchema).length > largestSchema) return `its input schema is longer than ${largestSchema} characters`;
  try {
    z.fromJSONSchema(tool.inputSchema as z.core.JSONSchema.JSONSchema);
    return undefined;
  } catch (error) {
    return `its input schema cannot be used: ${(error as Error).message.slice(0, 200)}`;
  }
}

function readTool(tool: Tool, { name: server, overrides = {}, trustHints = true }: McpClientOptions): McpTool {
  const { access, openWorld, description } = overrides[tool.name] ?? {};
  const { readOnlyHint, openWorldHint } = trustHints ? (tool.annotations ?? {}) : {};
  const own = clean(tool.description ?? tool.title ?? '').slice(0, longestDescription);
  return {
    tool: tool.name,
    name: modelName(server, tool.name),
    description: description ?? `As the server ${server} describes it: ${own || 'no description'}`,
    inputSchema: tool.inputSchema,
    access: access ?? (readOnlyHint === true ? 'read' : 'write'),
    // By the protocol a tool that does not say is of the open world.
    openWorld: openWorld ?? openWorldHint !== false,
    digest: digestOf(tool),
  };
}

/** With the server's name in front, so that no server can pass its tool off as another's. */
const modelName = (server: string, tool: string) => `${server}_${tool}`;
