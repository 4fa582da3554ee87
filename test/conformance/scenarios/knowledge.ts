import { candidates, contextBudget, credit, observe, routeModels, scriptedModel, step, workflow, type Selection } from 'durableflow';
import { expect } from 'vitest';
import { errorCode } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

const facts = [
  { id: 'rules', text: 'Never promise a refund by mail', pinned: true },
  { id: 'hours', text: 'The shop opens at nine every day' },
  { id: 'tea', text: 'Tea is sold by weight in small bags' },
  { id: 'parking', text: 'Cars are parked in the street behind the house' },
];

export const knowledge = [
  scenario('what a call knew, asked and credits is on record', async ({ process, world }) => {
    const models = routeModels({
      targets: [
        {
          name: 'main',
          client: scriptedModel(() => {
            world.does('ask');
            return { text: 'At nine.', usage: { inputTokens: 40, outputTokens: 3 } };
          }),
        },
      ],
      prices: { scripted: { input: 1, output: 1 } },
    });
    @workflow({ name: 'conformance/desk' })
    class Desk {
      async run(question: string) {
        await this.look();
        return this.answer(question, candidates(facts));
      }

      @step()
      async look() {
        observe([{ id: 'page', text: 'a page of the handbook' }]);
      }

      @step()
      @contextBudget({ maxTokens: 60, query: (question) => question, countTokens: (text) => Math.ceil(text.length / 3), reserve: 30 })
      async answer(question: string, context: Selection) {
        credit('hours');
        const content = `${context.selected.map(({ text }) => text).join('\n')}\n${question}`;
        return (await models.complete({ messages: [{ role: 'user', content }], maxTokens: 5 })).text;
      }
    }
    const flow = await process([Desk]);
    const run = await flow.start(Desk, 'When does the shop open?', { id: 'desk' });
    expect(await run.result()).toBe('At nine.');
    expect(world.times('ask')).toBe(1);
    expect(flow.standing(run.id).costUsd).toBeGreaterThan(0);
  }),

  scenario('a model call over its budget is refused before it is made', async ({ process, world }) => {
    const models = routeModels({
      targets: [{ name: 'main', client: scriptedModel(() => ({ text: String(world.does('ask')) })) }],
      prices: { scripted: { input: 1, output: 1e6 } },
      budget: { run: 1, countTokens: () => 5 },
    });
    @workflow({ name: 'conformance/budget' })
    class Budget {
      async run() {
        return this.ask();
      }

      @step({ retry: { maxAttempts: 1 } })
      async ask() {
        return (await models.complete({ messages: [{ role: 'user', content: 'hi' }], maxTokens: 100 })).text;
      }
    }
    const flow = await process([Budget]);
    expect(await errorCode((await flow.start(Budget, undefined, { id: 'budget' })).result())).toBe('DF_BUDGET_EXCEEDED');
    expect(world.deeds).toEqual([]);
  }),
];
