import type { Selection } from '../context/index.js';
import { describeIssues, type Schema } from '../definition/schema.js';
import { DurableFlowError } from '../errors/index.js';
import type { ModelResponse } from '../models/index.js';
import { agentTools, type AgentTool } from './agent-tool.js';
import type { AgentOutcome, CallReport, StopCause } from './agent-outcome.js';
import { Conversation, type AgentTurn } from './conversation.js';
import { Spending } from './spending.js';
import { ToolCalls } from './tool-calls.js';

/** Options of `runTools`; `Self` is the class whose methods are the tools. */
export interface RunToolsOptions<Self, Answer> {
  /**
   * Asks the model: a call of a durable method of the class, which makes the request with `modelRequest`. Its items are
   * what a `@contextBudget` selects from.
   */
  readonly turn: (turn: AgentTurn, items: Selection) => Promise<ModelResponse>;
  /** What is to be done. It is trusted, and always in the prompt. */
  readonly messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
  /** Methods with `@tool`, and tools that are none, such as those of an `McpClient`. */
  readonly tools: readonly ((keyof Self & string) | AgentTool)[];
  /** The second argument of every tool method: what the model has no say in, such as whose ticket it is. */
  readonly context?: unknown;
  /** Most questions to the model. Default 10. */
  readonly maxTurns?: number;
  /** Most tokens, read and written, of all turns together. Default 200,000. */
  readonly maxTokens?: number;
  /** Most money, in US dollars. No limit if absent. The last answer may go beyond it; a budget of the router may not. */
  readonly maxCostUsd?: number;
  /** Most calls of one turn; the others are refused. Default 8. */
  readonly maxCallsPerTurn?: number;
  /** So much of one tool's output is kept, in tokens: of more than that, what shares most words with the messages. Default 16,000. */
  readonly maxOutputTokens?: number;
  /** What the model must answer in the end, as JSON. It is told what is wrong until it does. A text if absent. */
  readonly answer?: Schema<Answer>;
}

/** So many turns in a row may bring nothing new. */
const maxRepetitions = 3;

/**
 * Lets a model work with the methods of a class: ask it, make the calls that it asks for, tell it what came of them, until
 * it answers. It is plain code for `run()`: every question and every call is a durable call of a decorated method, so a
 * resumed run goes on where it was, and outside the engine the same loop runs with no journal.
 *
 * What goes wrong with a tool is told to the model: a wrong input, an unknown tool, an error, a refused approval. The loop
 * itself ends with an answer or, typed, with what stopped it. Errors of the model (after its fallbacks), the end of the run
 * and mistakes in the program are thrown.
 *
 * Throws `DF_INVALID_DEFINITION` for a method that is no tool, `DF_INVALID_INPUT`, `DF_MODEL_PRICE_UNKNOWN` if there is
 * `maxCostUsd` and a model without a price, and what the model's client throws.
 *
 * @example
 * ```ts
 * import { DurableFlow, scriptedModel, step, tool, workflow, type Selection } from 'durableflow';
 * import { modelRequest, runTools, type AgentTurn } from 'durableflow/agent';
 * import { z } from 'zod';
 *
 * const City = z.object({ city: z.string() });
 * const model = () => scriptedModel([{ toolCalls: [{ name: 'weather', input: { city: 'Oslo' } }] }, 'Take a coat.']);
 *
 * @workflow({ name: 'adviser' })
 * class Adviser {
 *   readonly models = model();
 *
 *   async run(question: string) {
 *     const outcome = await runTools(this, {
 *       turn: (turn, items) => this.think(turn, items),
 *       messages: [{ role: 'user', content: question }],
 *       tools: ['weather'],
 *       maxTurns: 5,
 *     });
 *     return outcome.answer ?? `stopped: ${outcome.stopped}`;
 *   }
 *
 *   @step({ timeout: '60s' })
 *   async think(turn: AgentTurn, items: Selection) {
 *     return this.models.complete({ ...modelRequest(this, turn, items), maxTokens: 500 });
 *   }
 *
 *   @tool({ description: 'The weather in a city, now.', input: City })
 *   @step({ timeout: '5s', output: z.string() })
 *   async weather({ city }: z.infer<typeof City>) {
 *     return `${city}: snow`;
 *   }
 * }
 *
 * console.log(await new Adviser().run('What do I wear in Oslo?')); // Take a coat.
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Adviser, () => new Adviser());
 * const run = await flow.start(Adviser, 'What do I wear in Oslo?');
 * await run.result();
 * console.log(flow.show(run.id).steps.map(({ method }) => method).join(' ')); // think weather think
 * await flow.close();
 * ```
 */
export async function runTools<Self extends object, Answer = string>(
  self: Self,
  options: RunToolsOptions<Self, Answer>,
): Promise<AgentOutcome<Answer>> {
  return new ToolLoop(self, options).run();
}

class ToolLoop<Self extends object, Answer> {
  readonly #options: RunToolsOptions<Self, Answer>;
  readonly #maxTurns: number;
  readonly #conversation: Conversation;
  readonly #spending: Spending;
  readonly #toolCalls: ToolCalls;
  readonly #calls: CallReport[] = [];
  #turns = 0;
  #lastText = '';
  /** Answers in a row that could not be used, and turns in a row that brought nothing new. */
  #useless = 0;
  #repetitions = 0;

  constructor(self: Self, options: RunToolsOptions<Self, Answer>) {
    const { messages, tools, context, maxTokens = 200_000, maxCostUsd = Infinity, maxCallsPerTurn = 8, maxOutputTokens = 16_000 } = options;
    this.#options = options;
    this.#maxTurns = options.maxTurns ?? 10;
    for (const [name, limit] of Object.entries({ maxTurns: this.#maxTurns, maxTokens, maxCostUsd, maxCallsPerTurn, maxOutputTokens })) {
      if (typeof limit !== 'number' || !(limit > 0))
        throw new DurableFlowError('DF_INVALID_INPUT', `${name} must be a number above 0, not ${String(limit)}`);
    }
    if (!Array.isArray(messages) || messages.length === 0)
      throw new DurableFlowError('DF_INVALID_INPUT', "runTools needs messages: [{ role: 'user', content: … }]");
    const methods = tools.filter((tool): tool is keyof Self & string => typeof tool === 'string');
    const others = tools.filter((tool): tool is AgentTool => typeof tool !== 'string');
    const all = [...agentTools(self, methods, context), ...others];
    const twice = all.find(({ name }, i) => all.findIndex((tool) => tool.name === name) !== i);
    if (twice) throw new DurableFlowError('DF_INVALID_INPUT', `two tools have the name "${twice.name}"`);
    const declarations = others.flatMap(({ declaration }) => declaration ?? []);
    this.#conversation = new Conversation(messages, methods, declarations);
    this.#spending = new Spending(maxTokens, maxCostUsd);
    this.#toolCalls = new ToolCalls(all, maxCallsPerTurn, maxOutputTokens);
  }

  async run(): Promise<AgentOutcome<Answer>> {
    for (;;) {
      const ceiling = this.#turns >= this.#maxTurns ? 'turns' : this.#spending.ceiling(this.#conversation.leastTokens());
      if (ceiling) return this.#stopped(ceiling);
      const response = await this.#ask();
      if (typeof response === 'string') return this.#stopped(response);
      const ended = await this.#take(response);
      if (ended) return ended;
    }
  }

  async #ask(): Promise<ModelResponse | StopCause> {
    const { turn, items } = this.#conversation.turn(++this.#turns);
    const leastTokens = this.#conversation.leastTokens();
    try {
      const response = await this.#options.turn(turn, items);
      this.#spending.add(response, leastTokens);
      return response;
    } catch (error) {
      const code = error instanceof DurableFlowError ? error.code : undefined;
      if (code === 'DF_BUDGET_EXCEEDED') return 'cost';
      if (code === 'DF_CONTEXT_OVER_BUDGET' || code === 'DF_MODEL_CONTEXT_LENGTH') return 'context';
      throw error;
    }
  }

  /** What follows an answer; undefined to go on. */
  async #take(response: ModelResponse): Promise<AgentOutcome<Answer> | undefined> {
    const { text, toolCalls, stopReason } = response;
    this.#lastText = text;
    if (stopReason === 'refusal') return this.#stopped('refusal');
    // The last call of an answer that was cut is perhaps not the one that was meant.
    if (stopReason === 'max_tokens')
      return this.#nudge('cut_off', 'Your answer was too long and was cut off. Nothing of it was used. Be brief.');
    if (toolCalls.length > 0) return this.#call(response);
    if (text.trim() === '') return this.#nudge('empty', 'Your answer was empty. Use a tool, or give the answer.');
    return this.#conclude(response);
  }

  async #call(response: ModelResponse): Promise<AgentOutcome<Answer> | undefined> {
    const calls = response.toolCalls.map((call, i) => ({ ...call, id: call.id || `call-${this.#turns}-${i + 1}` }));
    this.#useless = 0;
    const { task, hasObserved } = this.#conversation;
    this.#conversation.answered({ ...response, toolCalls: calls });
    const outcomes = await this.#toolCalls.make(calls, { number: this.#turns, task, hasObserved });
    for (const [i, { observation, report }] of outcomes.entries()) {
      this.#conversation.observed(this.#turns, calls[i]!, observation);
      this.#calls.push(report);
    }
    this.#repetitions = outcomes.every(({ observation }) => observation.isRepeat) ? this.#repetitions + 1 : 0;
    return this.#repetitions >= maxRepetitions ? this.#stopped('repetition') : undefined;
  }

  async #conclude(response: ModelResponse): Promise<AgentOutcome<Answer> | undefined> {
    const { answer: schema } = this.#options;
    const { text } = response;
    if (!schema) return this.#answered(text as Answer);
    const parsed = parseJson(text);
    const checked = parsed ? await schema['~standard'].validate(parsed.value) : { issues: [{ message: 'it is no JSON' }] };
    if (!checked.issues) return this.#answered(checked.value);
    this.#conversation.answered(response);
    this.#conversation.tell(
      `Your answer is not what was asked for: ${describeIssues(checked.issues).slice(0, 500)}. Answer with the JSON alone.`,
    );
    return undefined;
  }

  /** Tells the model what was wrong, once; a second time in a row ends the loop. */
  #nudge(cause: 'cut_off' | 'empty', what: string): AgentOutcome<Answer> | undefined {
    if (++this.#useless > 1) return this.#stopped(cause);
    this.#conversation.tell(what);
    return undefined;
  }

  #answered(answer: Answer): AgentOutcome<Answer> {
    return { stopped: undefined, answer, ...this.#report() };
  }

  #stopped(stopped: StopCause): AgentOutcome<Answer> {
    return { stopped, answer: undefined, lastText: this.#lastText, ...this.#report() };
  }

  #report() {
    const { tokens, costUsd } = this.#spending;
    return { turns: this.#turns, tokens, costUsd, calls: this.#calls };
  }
}

/** The JSON of an answer, which models like to put into a block of Markdown. */
function parseJson(text: string): { readonly value: unknown } | undefined {
  const inner = /^```(?:json)?\s*\n([\s\S]*?)\n```$/.exec(text.trim())?.[1] ?? text;
  try {
    return { value: JSON.parse(inner) as unknown };
  } catch {
    return undefined;
  }
}
