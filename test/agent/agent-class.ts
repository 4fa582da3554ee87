import {
  approval,
  type DurableFlow,
  scriptedModel,
  sideEffect,
  step,
  tool,
  workflow,
  type ModelRequest,
  type ModelResponse,
  type ScriptedAnswer,
  type Selection,
} from 'durableflow';
import { modelRequest, runTools, type AgentOutcome, type AgentTurn, type RunToolsOptions } from 'durableflow/agent';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';

const Id = z.object({ id: z.string() });
type Id = z.infer<typeof Id>;

/** What a test says of the world of the agent. */
export interface World {
  /** What the model does, turn by turn; the last one is repeated. */
  readonly moves: readonly (ScriptedAnswer | string | ((request: ModelRequest) => ScriptedAnswer | string))[];
  readonly look?: (id: string) => unknown;
  readonly options?: Partial<RunToolsOptions<Agent, unknown>>;
  readonly model?: string;
}

/** An agent that reads with `look` and `fetch`, and writes with `pay`. */
@workflow({ name: 'agent-under-test' })
export class Agent {
  readonly requests: ModelRequest[] = [];
  readonly log: string[] = [];

  constructor(readonly world: World) {}

  async run(task: string): Promise<AgentOutcome<unknown>> {
    return runTools<Agent, unknown>(this, {
      turn: (turn, items) => this.think(turn, items),
      messages: [{ role: 'user', content: task }],
      tools: ['look', 'pay', 'fetch'],
      context: 'ctx',
      ...this.world.options,
    });
  }

  @step({ retry: { maxAttempts: 1 } })
  async think(turn: AgentTurn, items: Selection): Promise<ModelResponse> {
    const { moves, model = 'scripted' } = this.world;
    const move = moves[Math.min(turn.number, moves.length) - 1]!;
    const client = scriptedModel((request) => (typeof move === 'function' ? move(request) : move), { model });
    const request = { ...modelRequest(this, turn, items), maxTokens: 500 };
    this.requests.push(request);
    return client.complete(request);
  }

  @tool({ description: 'Looks something up.', input: Id })
  @step({ timeout: '200ms', retry: { maxAttempts: 1 }, output: z.unknown() })
  async look({ id }: Id, context: string) {
    this.log.push(`look ${id} ${context}`);
    const found = this.world.look ? await this.world.look(id) : `record of ${id}`;
    if (found instanceof Error) throw found;
    return found;
  }

  @tool({ description: 'Pays somebody.', input: z.object({ to: z.string(), cents: z.int().positive() }) })
  @approval({ show: ({ to, cents }, context) => `pay ${to} ${cents} for ${context}` })
  @sideEffect({ idempotencyKey: ({ to }) => `pay:${to}`, onInDoubt: 'retry', retry: { maxAttempts: 1 } })
  async pay({ to, cents }: { to: string; cents: number }, _context: string) {
    this.log.push(`pay ${to} ${cents}`);
    return { paid: cents };
  }

  @tool({ description: 'Fetches a page of the web.', input: z.object({ url: z.string() }), openWorld: true, whenTainted: 'fetchGated' })
  @step({ timeout: '200ms' })
  async fetch({ url }: { url: string }, _context: string) {
    this.log.push(`fetch ${url}`);
    return `page ${url}`;
  }

  @approval({ show: ({ url }) => `fetch ${url}` })
  @step({ timeout: '200ms' })
  async fetchGated({ url }: { url: string }, _context: string) {
    this.log.push(`fetch gated ${url}`);
    return `page ${url}`;
  }
}

/** A call of a tool, as a model asks for it. */
export const call = (name: string, input: unknown): ScriptedAnswer => ({ toolCalls: [{ name, input }] });
export const calls = (...toolCalls: readonly (readonly [name: string, input: unknown])[]): ScriptedAnswer => ({
  toolCalls: toolCalls.map(([name, input]) => ({ name, input })),
});

/** Runs the agent by the engine; `decide` answers its gates. All instances of the run share one log. */
export async function durably(world: World, task: string, decide: (show: string) => boolean = () => true) {
  const agent = new Agent(world);
  const flow = await openFlow();
  flow.register(Agent, () => Object.assign(new Agent(world), { requests: agent.requests, log: agent.log }));
  const run = await flow.start(Agent, task);
  const asked: string[] = [];
  while ((await run.settled()).status === 'waiting') asked.push(...(await decideAll(flow, decide)));
  const outcome = (await run.result()) as AgentOutcome<unknown>;
  return { outcome, asked, log: agent.log, requests: agent.requests, steps: flow.show(run.id).steps.map(({ method }) => method) };
}

async function decideAll(flow: DurableFlow, decide: (show: string) => boolean): Promise<string[]> {
  const gates = flow.approvals();
  for (const { id, digest, show } of gates)
    await (decide(show) ? flow.approve(id, { by: 'ben', digest }) : flow.reject(id, { by: 'ben', digest, reason: 'no' }));
  return gates.map(({ show }) => show);
}

/** What the model was told by tools in its last question. */
export function toldLast(requests: readonly ModelRequest[]): { content: string; isError: boolean }[] {
  return requests
    .at(-1)!
    .messages.flatMap((message) => (message.role === 'tool' ? [{ content: message.content, isError: message.isError === true }] : []));
}
