import { describeIssues } from '../definition/schema.js';
import type { ToolCall } from '../models/index.js';
import type { AgentTool } from './agent-tool.js';
import { canonicalJson } from './canonical-json.js';
import type { CallReport } from './agent-outcome.js';
import { errorObservation, outputObservation, said, type Observation } from './observation.js';
import { isTainted } from './taint.js';

/** What one turn knows when it makes its calls. */
export interface CallingTurn {
  readonly number: number;
  /** What the loop was given to do. */
  readonly task: string;
  /** Whether tools have said anything before this turn. */
  readonly hasObserved: boolean;
}

/** What came of a call: what the model is told, and what the caller of the loop is. */
export interface CallOutcome {
  readonly observation: Observation;
  readonly report: CallReport;
}

/** A call that was made, by what was asked. */
interface Made {
  readonly turn: number;
  readonly outcome: Promise<CallOutcome>;
}

type Prepared = { readonly tool: AgentTool; readonly input: unknown } | Observation;

/** Makes the calls of the turns of one loop, and remembers them. */
export class ToolCalls {
  readonly #tools: ReadonlyMap<string, AgentTool>;
  readonly #maxCalls: number;
  readonly #maxTokens: number;
  readonly #made = new Map<string, Made>();

  constructor(tools: readonly AgentTool[], maxCalls: number, maxTokens: number) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#maxCalls = maxCalls;
    this.#maxTokens = maxTokens;
  }

  /** Reads run together; a write begins when all before it is over, and what follows it waits for it. */
  async make(calls: readonly ToolCall[], turn: CallingTurn): Promise<CallOutcome[]> {
    const outcomes: Promise<CallOutcome>[] = [];
    for (const [i, call] of calls.entries()) {
      const prepared =
        i < this.#maxCalls
          ? await this.#prepare(call)
          : said('refused', `No more than ${this.#maxCalls} calls are made in one turn. Ask for it again if it is still needed.`);
      const isWrite = 'tool' in prepared && prepared.tool.access === 'write';
      if (isWrite) await Promise.all(outcomes);
      const outcome = this.#begin(call, prepared, turn);
      // It is waited for below; a failure before that is not unhandled.
      outcome.catch(() => {});
      outcomes.push(outcome);
      if (isWrite) await outcome;
    }
    return Promise.all(outcomes);
  }

  async #prepare({ name, input }: ToolCall): Promise<Prepared> {
    const tool = this.#tools.get(name);
    if (!tool) return said('invalid', `There is no such tool. The tools are: ${[...this.#tools.keys()].join(', ') || 'none'}.`);
    const checked = await tool.check(input);
    if (checked.issues) return said('invalid', `The input is not what the tool takes: ${describeIssues(checked.issues).slice(0, 500)}`);
    return { tool, input: checked.value };
  }

  async #begin(call: ToolCall, prepared: Prepared, turn: CallingTurn): Promise<CallOutcome> {
    if (!('tool' in prepared)) return outcomeOf(call, undefined, prepared, turn.number);
    const { tool, input } = prepared;
    const question = `${tool.name} ${canonicalJson(input)}`;
    const before = this.#made.get(question);
    if (before) {
      const { observation } = await before.outcome;
      // A read that failed may go better; a no is a no, and what was done is not done again.
      if (tool.access === 'write' || observation.outcome !== 'failed')
        return outcomeOf(call, tool, repeated(observation, before.turn), turn.number);
    }
    const outcome = this.#call(call, tool, input, turn);
    outcome.catch(() => {});
    this.#made.set(question, { turn: turn.number, outcome });
    return outcome;
  }

  async #call(call: ToolCall, tool: AgentTool, input: unknown, { number, task, hasObserved }: CallingTurn): Promise<CallOutcome> {
    const isGated = tool.openWorld && hasObserved && isTainted(input, task);
    if (isGated && !tool.callTainted) {
      const why = 'Its arguments may hold only words of the task, now that tools have been read: others could carry data out.';
      return outcomeOf(call, tool, said('refused', why), number);
    }
    try {
      const output = await (isGated ? tool.callTainted!(input) : tool.call(input));
      return outcomeOf(call, tool, outputObservation(output, this.#maxTokens, task), number, tool.access === 'write' ? output : undefined);
    } catch (error) {
      const observation = errorObservation(error);
      if (!observation) throw error;
      return outcomeOf(call, tool, observation, number);
    }
  }
}

function repeated(observation: Observation, turn: number): Observation {
  const verb = observation.outcome === 'done' ? 'It returned this' : 'This came of it';
  const note = `The same call was made in turn ${turn}, and was not made again. ${verb}: ${observation.note ?? ''}`.trimEnd();
  return { ...observation, isRepeat: true, note };
}

function outcomeOf(
  { name, input }: ToolCall,
  tool: AgentTool | undefined,
  observation: Observation,
  turn: number,
  output?: unknown,
): CallOutcome {
  const { outcome, isRepeat = false, note } = observation;
  const report: CallReport = { turn, tool: name, access: tool?.access, input, outcome, isRepeat, note, output };
  return { observation, report };
}
