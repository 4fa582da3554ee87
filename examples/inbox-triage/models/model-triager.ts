import { FatalError, ModelError, type ModelClient, type Selection } from 'durableflow';
import { z } from 'zod';
import type { TriageMail } from '../triage-mail.js';
import { classifySystem, draftSystem, prompt } from './prompts.js';
import { Classification, Draft, Used, type Answer, type Category, type Triager } from './triager.js';

const longestAnswer = 1500;

/** Asks a model. The form of its answers is asked for, as the input of a tool that it must call, and checked all the same. */
export class ModelTriager implements Triager {
  readonly #models: ModelClient;

  constructor(models: ModelClient) {
    this.#models = models;
  }

  classify(mail: TriageMail, context: Selection): Promise<Answer<Classification>> {
    return this.#ask('classify', classifySystem, prompt(mail, context), Classification, context);
  }

  draft(mail: TriageMail, category: Category, context: Selection): Promise<Answer<Draft>> {
    return this.#ask('reply', draftSystem, prompt(mail, context, category), Draft, context);
  }

  async #ask<S extends z.ZodRawShape>(
    name: string,
    system: string,
    content: string,
    form: z.ZodObject<S>,
    { selected }: Selection,
  ): Promise<Answer<z.infer<z.ZodObject<S>>>> {
    const question = {
      messages: [{ role: 'system', content: system, cache: true } as const, { role: 'user', content } as const],
      tools: [{ name, description: 'Hands in your answer.', parameters: form.extend(Used.shape) }],
      toolChoice: { tool: name },
      maxTokens: longestAnswer,
    };
    const { toolCalls, stopReason, usage, costUsd, model } = await this.#models.complete(question).catch(explain);
    if (stopReason === 'refusal') throw new FatalError(`${model} declines to work on this mail.`);
    const input = toolCalls.find((call) => call.name === name)?.input;
    const value = form.safeParse(input);
    if (!value.success) throw new Error(`${model} did not answer in the form asked for: ${z.prettifyError(value.error)}`);
    // Ids that it has made up are no attribution.
    const named = new Set(Used.safeParse(input).data?.used);
    return {
      value: value.data,
      used: selected.filter(({ id }) => named.has(id)).map(({ id }) => id),
      usage: { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0, costUsd: costUsd ?? 0 },
    };
  }
}

/** Asking again would not help where the key, the model's name or the request is wrong. */
function explain(error: unknown): never {
  if (error instanceof ModelError && (error.kind === 'authentication' || error.kind === 'invalid_request'))
    throw new FatalError(
      `The model refuses to answer (${error.message}). Check ANTHROPIC_API_KEY, or unset it to use the scripted model.`,
      {
        cause: error,
      },
    );
  throw error;
}

/** Makes sure, before any work begins, that the model is there and the key is good. Throws what to do if not. */
export async function checkModel(models: ModelClient): Promise<void> {
  await models.complete({ messages: [{ role: 'user', content: 'Say yes.' }], maxTokens: 16 }).catch(explain);
}
