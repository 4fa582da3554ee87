import { approval, defineWorkflow, DurableFlow, scriptedModel, sideEffect, step, tool, workflow } from 'durableflow';
import { modelRequest, runTools, type AgentTurn } from 'durableflow/agent';
import type { Selection } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { call } from './agent-class.js';

const input = z.object({ id: z.string() });
const describes = { description: 'Does it.', input };

describe('@tool', () => {
  it('is refused when the class is registered, where a model could do harm with nobody asked', async () => {
    @workflow({ name: 'ungated' })
    class Ungated {
      async run() {}

      @tool(describes)
      @sideEffect({ idempotencyKey: ({ id }) => id })
      async pay(_input: { id: string }) {}
    }
    const flow = await DurableFlow.open(':memory:');
    expect(() => flow.register(Ungated, () => new Ungated())).toThrow(/Ungated\.pay: a model could make this effect with nobody asked/);
    // Outside the engine too.
    const naked = runTools(new Ungated(), {
      turn: () => Promise.reject(new Error('not asked')),
      messages: [{ role: 'user', content: 'x' }],
      tools: ['pay'],
    });
    await expect(naked).rejects.toMatchObject({ code: 'DF_INVALID_DEFINITION' });
    await flow.close();
  });

  it.each([
    ['no description', { description: '', input }, /needs a description/],
    ['no schema', { description: 'x', input: {} as never }, /needs an input schema/],
    ['a name that no provider takes', { ...describes, name: 'do it' }, /no name for a tool/],
    ['whenTainted without openWorld', { ...describes, whenTainted: 'gated' }, /openWorld: true/],
    ['whenTainted without a gate', { ...describes, openWorld: true, whenTainted: 'free' }, /must be a method with @approval/],
  ])('is refused with %s', async (_name, options, why) => {
    @workflow({ name: 'bad-tool' })
    class BadTool {
      async run() {}

      @tool(options)
      async work(_input: { id: string }) {}

      @approval()
      @step()
      async gated(_input: { id: string }) {}

      @step()
      async free(_input: { id: string }) {}
    }
    const flow = await DurableFlow.open(':memory:');
    expect(() => flow.register(BadTool, () => new BadTool())).toThrow(why);
    await flow.close();
  });

  it('works without decorators', async () => {
    const models = scriptedModel([call('double', { n: 21 }), 'Done.']);
    const Plain = defineWorkflow(
      class {
        async run() {
          return runTools(this, {
            turn: (turn, items) => this.think(turn, items),
            messages: [{ role: 'user', content: 'x' }],
            tools: ['double'],
          });
        }
        async think(turn: AgentTurn, items: Selection) {
          return models.complete({ ...modelRequest(this, turn, items), maxTokens: 10 });
        }
        async double({ n }: { n: number }) {
          return n * 2;
        }
      },
      {
        name: 'plain-agent',
        methods: { think: { step: true }, double: { tool: { description: 'Doubles.', input: z.object({ n: z.number() }) } } },
      },
    );
    const flow = await DurableFlow.open(':memory:');
    flow.register(Plain, () => new Plain());
    const run = await flow.start(Plain);
    expect((await run.result()).answer).toBe('Done.');
    expect(flow.show(run.id).steps.find(({ method }) => method === 'double')?.value).toBe(42);
    await flow.close();
  });
});
