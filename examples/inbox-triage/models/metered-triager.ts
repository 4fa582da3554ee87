import type { Selection } from 'durableflow';
import type { TriageMail } from '../triage-mail.js';
import type { Answer, Category, Triager } from './triager.js';

/** Counts what really goes through to a model: what was recorded before is not asked again, and so not counted. */
export class MeteredTriager implements Triager {
  readonly description: string;
  calls = 0;
  costUsd = 0;
  readonly #triager: Triager;

  constructor(triager: Triager) {
    this.#triager = triager;
    this.description = triager.description;
  }

  classify(mail: TriageMail, context: Selection) {
    return this.#meter(this.#triager.classify(mail, context));
  }

  draft(mail: TriageMail, category: Category, context: Selection) {
    return this.#meter(this.#triager.draft(mail, category, context));
  }

  async #meter<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
    this.calls++;
    const { value, usage } = await answer;
    this.costUsd += usage.costUsd;
    return { value, usage };
  }
}
