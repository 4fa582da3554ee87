// One model made of two: the second is asked when the first is verifiably not up to it. What it cost is on record.
import { DurableFlow, ModelError, routeModels, scriptedModel, step, workflow, type ModelClient } from 'durableflow';

@workflow({ name: 'answerer' })
class Answerer {
  constructor(private readonly models: ModelClient) {}

  async run(question: string) {
    return (await this.ask(question)).text;
  }

  @step({ timeout: '1m' })
  ask(question: string) {
    return this.models.complete({ messages: [{ role: 'user', content: question }], maxTokens: 50 });
  }
}

const models = routeModels({
  targets: [
    { name: 'cheap', client: scriptedModel([new ModelError('overloaded', 'too much to do')]), retry: { maxAttempts: 1 } },
    {
      name: 'solid',
      client: scriptedModel([{ text: 'On Friday.', usage: { inputTokens: 100, outputTokens: 5 } }], { model: 'claude-haiku-4-5' }),
    },
  ],
});
const flow = await DurableFlow.open(':memory:');
flow.register(Answerer, () => new Answerer(models));
console.log(await (await flow.start(Answerer, 'When is it ready?', { id: 'q-1' })).result());
for (const { target, outcome } of flow.audit('q-1').decisions[0]!.modelCalls) console.log(`${target}: ${outcome}`);
console.log(`$${flow.audit('q-1').totals.costUsd}`);
await flow.close();

/* It prints:
On Friday.
cheap: overloaded
solid: answered
$0.000125
*/
