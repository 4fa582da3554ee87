import { DurableFlowError } from '../errors/index.js';
import type { JsonSchema, ModelTool } from './model-client.js';

interface StandardJsonSchema {
  readonly vendor: string;
  readonly jsonSchema?: { readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown> };
}

/** The parameters of a tool as JSON Schema. Throws `DF_INVALID_INPUT` for a schema that cannot say what it is. */
export async function jsonSchemaOf({ name, parameters }: ModelTool): Promise<JsonSchema> {
  const standard = (parameters as { readonly '~standard'?: StandardJsonSchema })['~standard'];
  if (!standard) return parameters as JsonSchema;
  try {
    if (standard.jsonSchema) return standard.jsonSchema.input({ target: 'draft-2020-12' });
    if (standard.vendor === 'zod') {
      const { z } = await import('zod');
      return z.toJSONSchema(parameters as unknown as Parameters<typeof z.toJSONSchema>[0], { io: 'input' });
    }
  } catch (cause) {
    throw new DurableFlowError('DF_INVALID_INPUT', `the parameters of tool "${name}" have no JSON Schema: ${(cause as Error).message}`, {
      cause,
    });
  }
  throw new DurableFlowError('DF_INVALID_INPUT', `the parameters of tool "${name}" are a ${standard.vendor} schema without JSON Schema`);
}
