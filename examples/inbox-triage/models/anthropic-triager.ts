import Anthropic from '@anthropic-ai/sdk';
import { abortSignal, FatalError, type Selection } from 'durableflow';
import { z } from 'zod';
import type { TriageMail } from '../triage-mail.js';
import { model, priced } from './model-price.js';
import { classifySystem, draftSystem, prompt } from './prompts.js';
import { Classification, Draft, type Answer, type Category, type Triager } from './triager.js';

const longestAnswer = 1500;

/** Asks a real model. Its answers come as the arguments of a tool, so that their form can be checked. */
export class AnthropicTriager implements Triager {
  readonly description = `${model.name}, paid by your ANTHROPIC_API_KEY`;
  readonly #client: Anthropic;

  constructor(options: { readonly apiKey: string; readonly baseURL?: string }) {
    // The engine retries, and honours Retry-After; two loops inside each other would multiply.
    this.#client = new Anthropic({ ...options, maxRetries: 0 });
  }

  /** Makes sure, before any work begins, that the key is good and the model is there. Throws what to do if not. */
  async check(): Promise<void> {
    await this.#client.models.retrieve(model.name).catch(explain);
  }

  classify(mail: TriageMail, context: Selection): Promise<Answer<Classification>> {
    return this.#ask(classifySystem, prompt(mail, context), 'file_mail', Classification);
  }

  draft(mail: TriageMail, category: Category, context: Selection): Promise<Answer<Draft>> {
    return this.#ask(draftSystem, prompt(mail, context, category), 'write_reply', Draft);
  }

  async #ask<T>(system: string, content: string, tool: string, schema: z.ZodType<T>): Promise<Answer<T>> {
    const response = await this.#send(system, content, tool, schema);
    const { content: blocks, usage } = response;
    const answer = blocks.find((block) => block.type === 'tool_use' && block.name === tool);
    const parsed = schema.safeParse(answer?.type === 'tool_use' ? answer.input : undefined);
    if (!parsed.success) throw new Error(`${model.name} did not answer in the form asked for: ${z.prettifyError(parsed.error)}`);
    return { value: parsed.data, usage: priced(usage.input_tokens, usage.output_tokens) };
  }

  #send(system: string, content: string, tool: string, schema: z.ZodType) {
    return this.#client.messages
      .create(
        {
          model: model.name,
          max_tokens: longestAnswer,
          system,
          messages: [{ role: 'user', content }],
          tools: [{ name: tool, description: 'Gives the answer.', input_schema: z.toJSONSchema(schema) as Anthropic.Tool.InputSchema }],
          tool_choice: { type: 'tool', name: tool },
        },
        { signal: abortSignal() },
      )
      .catch(explain);
  }
}

/** Asking again would not help where the key, the model's name or the request is wrong. */
function explain(error: unknown): never {
  if (error instanceof Anthropic.APIError && [400, 401, 403, 404].includes(Number(error.status)))
    throw new FatalError(`The model refuses to answer (${error.message}). Check ANTHROPIC_API_KEY, or unset it to use the scripted model.`);
  throw error;
}
