import { setTimeout as sleep } from 'node:timers/promises';
import { abortSignal, estimateTokens, type Selection } from 'durableflow';
import type { TriageMail } from '../triage-mail.js';
import { classifyByRules } from './classify-rules.js';
import { model, priced } from './model-price.js';
import { classifySystem, draftSystem, prompt } from './prompts.js';
import { replyFromTemplate } from './reply-template.js';
import type { Answer, Category, Classification, Draft, Triager, Usage } from './triager.js';

/** How the scripted model shall behave. */
export interface ScriptedOptions {
  /** How long an answer takes, in milliseconds. */
  readonly latency?: number;
  /** Told of every question when it is asked, as a provider would: what is asked is paid, even if nobody waits for the answer. */
  readonly onAsked?: (usage: Usage) => void;
}

/**
 * No model at all: rules and templates, the same answer every time. Its tokens are estimated from the prompt that a
 * model would get, and priced as such, so that budgets and bills can be tried out without paying.
 */
export class ScriptedTriager implements Triager {
  readonly description = `scripted rules, no model is asked and nothing is paid; costs are what ${model.name} would take`;
  readonly #latency: number;
  readonly #onAsked: (usage: Usage) => void;

  constructor({ latency = 0, onAsked = () => {} }: ScriptedOptions = {}) {
    this.#latency = latency;
    this.#onAsked = onAsked;
  }

  async classify(mail: TriageMail, context: Selection): Promise<Answer<Classification>> {
    return this.#answer(classifySystem + prompt(mail, context), classifyByRules(mail, context));
  }

  async draft(mail: TriageMail, category: Category, context: Selection): Promise<Answer<Draft>> {
    return this.#answer(draftSystem + prompt(mail, context, category), { text: replyFromTemplate(mail, category, context) });
  }

  async #answer<T>(prompted: string, value: T): Promise<Answer<T>> {
    const usage = priced(estimateTokens(prompted), estimateTokens(JSON.stringify(value)));
    this.#onAsked(usage);
    if (this.#latency > 0) await sleep(this.#latency, undefined, { signal: abortSignal() });
    return { value, usage };
  }
}
