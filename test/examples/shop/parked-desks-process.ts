// A process of its own, with --expose-gc: parks conversations and says how many of their agents are still in memory.
import { setImmediate as turn } from 'node:timers/promises';
import { InMemoryRunner, LlmAgent } from '@google/adk';
import { generateText } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { approval, DurableFlow, scriptedModel, step, workflow } from 'durableflow';
import { answerTurn, driveRunner, durableLlm, type LlmTurn } from 'durableflow/adk';
import { durableModel, type ModelAnswer, type ModelCall } from 'durableflow/ai-sdk';

const agents: WeakRef<object>[] = [];
const noticed = <T extends object>(it: T): T => {
  agents.push(new WeakRef(it));
  return it;
};

@workflow({ name: 'parked-adk' })
class ParkedAdk {
  async run(_n: number) {
    const agent = noticed(new LlmAgent({ name: 'a', model: durableLlm((turn) => this.think(turn)) }));
    return (await driveRunner(noticed(new InMemoryRunner({ agent })), 'Go.')).text;
  }

  @approval()
  @step()
  think(turn: LlmTurn) {
    return answerTurn(scriptedModel(['Gone.']), turn);
  }
}

@workflow({ name: 'parked-ai-sdk' })
class ParkedAiSdk {
  async run(_n: number) {
    const model = noticed(durableModel(new MockLanguageModelV3(), (call) => this.think(call)));
    return (await generateText({ model, prompt: 'Go.' })).text;
  }

  @approval()
  @step()
  async think(_call: ModelCall): Promise<ModelAnswer> {
    throw new Error('not reached');
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(ParkedAdk, () => new ParkedAdk()).register(ParkedAiSdk, () => new ParkedAiSdk());
const counts = [];
for (const Parked of [ParkedAdk, ParkedAiSdk]) {
  agents.length = 0;
  const runs = await Promise.all(Array.from({ length: 100 }, (_, n) => flow.start(Parked, n)));
  await Promise.all(runs.map((run) => run.settled()));
  for (let i = 0; i < 5; i++) {
    await turn();
    globalThis.gc!();
  }
  counts.push({ made: agents.length, alive: agents.filter((it) => it.deref()).length });
}
console.log(JSON.stringify({ waiting: flow.countRuns().waiting, counts }));
await flow.close();
