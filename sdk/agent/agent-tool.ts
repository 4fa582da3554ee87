import { checkTool } from '../definition/method-definition.js';
import { methodMetadata, type Method, type MethodMetadata } from '../definition/method-metadata.js';
import type { ToolOptions } from '../definition/method-options.js';
import type { SchemaResult } from '../definition/schema.js';
import { DurableFlowError } from '../errors/index.js';
import type { JsonSchema, ModelTool } from '../models/index.js';

/** A tool as the loop uses it. `runTools` makes them of decorated methods, `McpClient` of what a server offers. */
export interface AgentTool {
  readonly name: string;
  /** Reads of one turn run together; writes one after another, in the order asked for. */
  readonly access: 'read' | 'write';
  /** Its arguments can carry data out, so they must not be made of what other tools have said. */
  readonly openWorld: boolean;
  /** What the model is told of it, as plain data; absent for methods of the class, whose decorators say it. */
  readonly declaration?: ModelTool & { readonly parameters: JsonSchema };
  /** The input as the schema parses it, or what is wrong with it. */
  check(input: unknown): SchemaResult<unknown> | Promise<SchemaResult<unknown>>;
  /** Makes the durable call. */
  call(input: unknown): Promise<unknown>;
  /** Makes the call behind a gate, for arguments that could carry data out. Without it such a call is refused. */
  callTainted?(input: unknown): Promise<unknown>;
}

/** A method of a class that a model may ask for. */
interface DecoratedTool {
  readonly key: string;
  readonly name: string;
  readonly options: ToolOptions<unknown>;
  readonly metadata: MethodMetadata;
}

/** The methods of these names as tools; `context` is their second argument. Throws `DF_INVALID_DEFINITION` for one that is none. */
export function agentTools(self: object, keys: readonly string[], context: unknown): AgentTool[] {
  return keys.map((key) => {
    const { name, options, metadata } = decoratedTool(self, key);
    const { input: schema, openWorld = false, whenTainted } = options;
    const callMethod = (method: string) => (input: unknown) =>
      (self as Record<string, Method>)[method]!(...(context === undefined ? [input] : [input, context])) as Promise<unknown>;
    return {
      name,
      access: metadata.sideEffect || metadata.approval ? 'write' : 'read',
      openWorld,
      check: (input) => schema['~standard'].validate(input),
      call: callMethod(key),
      ...(whenTainted !== undefined && { callTainted: callMethod(whenTainted) }),
    };
  });
}

/** What a model is told of the methods of these names. */
export function declareTools(self: object, keys: readonly string[]): ModelTool[] {
  return keys.map((key) => {
    const { name, options } = decoratedTool(self, key);
    return { name, description: options.description, parameters: options.input };
  });
}

function decoratedTool(self: object, key: string): DecoratedTool {
  const metadata = methodMetadata((self as Record<string, unknown>)[key]);
  const place = `${self.constructor.name}.${key}`;
  if (!metadata?.tool)
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place} is no tool; put @tool({ description, input }) on the method`);
  checkTool(metadata.tool, metadata, place, (name) => (self as Record<string, unknown>)[name]);
  return { key, name: metadata.tool.name ?? key, options: metadata.tool, metadata };
}
