import { approval, sideEffect, tool, type Selection } from 'durableflow';
import { runTools, type AgentOutcome, type AgentTurn, type StopCause } from 'durableflow/agent';
import type { ModelResponse } from 'durableflow';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';

const Refund = z.object({ order: z.string(), cents: z.number().default(1) });
interface Ticket {
  readonly id: string;
}

declare const think: (turn: AgentTurn, items: Selection) => Promise<ModelResponse>;
const task = { turn: think, messages: [{ role: 'user' as const, content: 'x' }] };

class Tools {
  @tool({ description: 'x', input: Refund })
  @approval({ show: (input, ticket) => `${input.cents} ${ticket.id}` })
  @sideEffect({ idempotencyKey: ({ order }, ticket) => `${order} ${ticket.id}` })
  async refund(_input: z.output<typeof Refund>, _ticket: Ticket) {}

  @tool({ description: 'x', input: z.object({ id: z.string() }) })
  async alone(_input: { id: string }) {}

  // @ts-expect-error the schema gives an object, and the method takes a text
  @tool({ description: 'x', input: z.object({ id: z.string() }) })
  async other(_input: string) {}

  async run() {
    await runTools(this, { ...task, tools: ['refund', 'alone'] });
    // @ts-expect-error there is no such method
    await runTools(this, { ...task, tools: ['refunds'] });
  }
}

test('the answer is of the schema, or a text', async () => {
  expectTypeOf(await runTools(new Tools(), { ...task, tools: [] })).toEqualTypeOf<AgentOutcome<string>>();
  const outcome = await runTools(new Tools(), { ...task, tools: [], answer: z.object({ n: z.number() }) });
  if (outcome.stopped === undefined) expectTypeOf(outcome.answer).toEqualTypeOf<{ n: number }>();
  else expectTypeOf(outcome.stopped).toEqualTypeOf<StopCause>();
});
