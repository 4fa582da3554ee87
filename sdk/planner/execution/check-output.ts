import type { ChatCompletion } from '../chat.js';
import type { OutputCheck } from '../constraints.js';
import { DurableFlowError } from '../../errors/index.js';
import type { CheckVerdict } from './check-verdict.js';
import { CheckWorker } from './check-worker.js';

/** What a check of one's own is given. */
export interface CheckedAnswer {
  /** What the model said; of each choice in turn, if it was asked for several. */
  readonly text: string;
  readonly completion: ChatCompletion;
}

/** A check of one's own: true if the answer is good; false, or what is wrong with it, if it is not. */
export type CheckFunction = (answer: CheckedAnswer) => boolean | string | Promise<boolean | string>;

/** A pattern that is longer than this is no check of an output. */
const longestPattern = 2000;

/** Whether an answer is what it has to be. What callers wrote (patterns, schemas) is tried out in a thread of its own, under a limit. */
export class OutputChecks implements Disposable {
  readonly #functions: Readonly<Record<string, CheckFunction>>;
  readonly #worker: CheckWorker;

  constructor(functions: Readonly<Record<string, CheckFunction>>, limitMs: number) {
    this.#functions = functions;
    this.#worker = new CheckWorker(limitMs);
  }

  /** Throws `DF_PLAN_REQUEST` for a check that cannot be carried out. */
  assertUsable(check: OutputCheck | undefined): void {
    if (check?.type === 'function' && !Object.hasOwn(this.#functions, check.name))
      throw refusal(`there is no output check "${check.name}"; known are: ${Object.keys(this.#functions).join(', ') || 'none'}`);
    if (check?.type === 'json_schema' && (typeof check.schema !== 'object' || check.schema === null))
      throw refusal('the schema of the output check is no JSON Schema');
    if (check?.type !== 'regex') return;
    if (check.pattern.length > longestPattern) throw refusal(`the pattern of the output check has more than ${longestPattern} characters`);
    try {
      void new RegExp(check.pattern, check.flags);
    } catch (error) {
      throw refusal(`the pattern of the output check is no regular expression: ${(error as Error).message}`);
    }
  }

  async run(check: OutputCheck, completion: ChatCompletion): Promise<CheckVerdict> {
    for (const { message } of completion.choices) {
      const verdict = await this.#one(check, { text: typeof message.content === 'string' ? message.content : '', completion });
      if (verdict.verdict !== 'passed') return verdict;
    }
    return { verdict: 'passed' };
  }

  async #one(check: OutputCheck, answer: CheckedAnswer): Promise<CheckVerdict> {
    if (check.type === 'json') return isJson(answer.text) ? { verdict: 'passed' } : { verdict: 'failed', detail: 'the answer is no JSON' };
    if (check.type !== 'function') return this.#worker.run(check, answer.text);
    const work = this.#functions[check.name];
    if (!work) return { verdict: 'unknown', detail: `there is no output check "${check.name}" any more` };
    try {
      const result = await work(answer);
      if (result === true) return { verdict: 'passed' };
      return { verdict: 'failed', detail: typeof result === 'string' ? result : `the check "${check.name}" refuses the answer` };
    } catch (error) {
      return { verdict: 'unknown', detail: `the check "${check.name}" threw: ${String(error)}` };
    }
  }

  [Symbol.dispose](): void {
    this.#worker[Symbol.dispose]();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const refusal = (what: string) => new DurableFlowError('DF_PLAN_REQUEST', what, { details: { param: 'check' } });
