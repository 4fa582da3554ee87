// An agent: a model that works with the methods of the class, each turn and each tool a durable call, writes behind a gate.
import { approval, DurableFlow, scriptedModel, sideEffect, step, tool, workflow, type ModelClient, type Selection } from 'durableflow';
import { modelRequest, runTools, type AgentTurn } from 'durableflow/agent';
import { z } from 'zod';

const Order = z.object({ order: z.string() });

@workflow({ name: 'helper' })
class Helper {
  constructor(private readonly models: ModelClient) {}

  async run(text: string) {
    const { answer } = await runTools(this, {
      turn: (turn, items) => this.think(turn, items),
      messages: [{ role: 'user', content: text }],
      tools: ['lookUp', 'refund'],
      maxTurns: 5,
      maxTokens: 5000,
    });
    return answer;
  }

  @step({ timeout: '60s' })
  async think(turn: AgentTurn, items: Selection) {
    return this.models.complete({ ...modelRequest(this, turn, items), maxTokens: 200 });
  }

  @tool({ description: 'What was paid for an order, in cents.', input: Order })
  @step({ timeout: '5s', output: z.number() })
  async lookUp({ order }: z.infer<typeof Order>) {
    return order === 'o-1' ? 2490 : 0;
  }

  @tool({ description: 'Gives the money back.', input: Order })
  @approval()
  @sideEffect({ idempotencyKey: ({ order }) => `refund:${order}`, timeout: '5s' })
  async refund({ order }: z.infer<typeof Order>) {
    return `${order} is refunded`;
  }
}

const models = scriptedModel([
  { toolCalls: [{ name: 'lookUp', input: { order: 'o-1' } }] },
  { toolCalls: [{ name: 'refund', input: { order: 'o-1' } }] },
  'Your money is on its way.',
]);
const flow = await DurableFlow.open(':memory:');
flow.register(Helper, () => new Helper(models));
const run = await flow.start(Helper, 'Order o-1 came twice.', { id: 't-1' });
console.log((await run.settled()).status, 'before', flow.approvals()[0]?.method);
await flow.approve(flow.approvals()[0]!.id, { by: 'ben' });
console.log(await run.result());
console.log(
  flow
    .show('t-1')
    .steps.map(({ method }) => method)
    .join(' '),
);
await flow.close();

/* It prints:
waiting before refund
Your money is on its way.
think lookUp think refund think
*/
