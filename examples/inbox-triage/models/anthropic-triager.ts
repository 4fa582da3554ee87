import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { abortSignal, FatalError, type Selection } from 'durableflow';
import { z } from 'zod';
import type { TriageMail } from '../triage-mail.js';
import { model, priced } from './model-price.js';
import { classifySystem, draftSystem, prompt } from './prompts.js';
import { Classification, Draft, type Answer, type Category, type Triager } from './triager.js';

const longestAnswer = 1500;

/** Asks a real model. The form of its answers is asked for, and checked all the same. */
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
    return this.#ask(classifySystem, prompt(mail, context), Classification);
  }

  draft(mail: TriageMail, category: Category, context: Selection): Promise<Answer<Draft>> {
    return this.#ask(draftSystem, prompt(mail, context, category), Draft);
  }

  async #ask<T>(system: string, content: string, schema: z.ZodType<T>): Promise<Answer<T>> {
    const question: Anthropic.MessageCreateParamsNonStreaming = {
      model: model.name,
      max_tokens: longestAnswer,
      thinking: { type: 'disabled' },
      system,
      messages: [{ role: 'user', content }],
      output_config: { format: zodOutputFormat(schema) },
    };
    const { content: blocks, stop_reason, usage } = await this.#client.messages.create(question, { signal: abortSignal() }).catch(explain);
    if (stop_reason === 'refusal') throw new FatalError(`${model.name} declines to work on this mail.`);
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new Error(`${model.name} did not answer in the form asked for: ${z.prettifyError(parsed.error)}`);
    return { value: parsed.data, usage: priced(usage.input_tokens, usage.output_tokens) };
  }
}

/** The value; undefined, which no schema accepts, if the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asking again would not help where the key, the model's name or the request is wrong. */
function explain(error: unknown): never {
  if (error instanceof Anthropic.APIError && [400, 401, 403, 404].includes(Number(error.status)))
    throw new FatalError(`The model refuses to answer (${error.message}). Check ANTHROPIC_API_KEY, or unset it to use the scripted model.`);
  throw error;
}
