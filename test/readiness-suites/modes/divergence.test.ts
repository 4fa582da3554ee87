import { DurableFlow, step, workflow, type History } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { replayPrefixes } from '../../../readiness-suites/child/replay-prefixes.js';
import { divergence } from '../../../readiness-suites/modes/divergence.js';
import { call, refund, sceneOf, seen } from '../hand-made.js';

async function historyOf(agent: new () => { run(input: number): Promise<unknown> }): Promise<History> {
  const flow = await DurableFlow.open(':memory:', { guard: 'off' });
  flow.register(agent, () => new agent());
  await (await flow.start(agent, 3, { id: 'r-1' })).result();
  const history = flow.exportHistory('r-1');
  await flow.close();
  return history;
}

@workflow({ name: 'steady' })
class Steady {
  async run(n: number) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = await this.add(sum, i);
    return sum;
  }

  @step()
  async add(a: number, b: number) {
    return a + b;
  }
}

@workflow({ name: 'clocked' })
class Clocked extends Steady {
  override async run(n: number) {
    return this.add(await super.run(n), performance.now());
  }
}

let turn = 0;

@workflow({ name: 'unordered' })
class Unordered extends Steady {
  override async run() {
    return turn++ % 2 === 0 ? this.double(await this.add(1, 1)) : this.add(1, await this.double(1));
  }

  @step()
  async double(n: number) {
    return 2 * n;
  }
}

describe('replaying at every await', () => {
  it('finds no difference in a class that decides by its record alone', async () => {
    const replays = await replayPrefixes(Steady, () => new Steady(), await historyOf(Steady));
    expect(replays).toEqual([0, 1, 2, 3].map((calls) => ({ calls, difference: undefined })));
  });

  it('says what a class does that reads the clock, or goes ways of its own', async () => {
    const clocked = await replayPrefixes(Clocked, () => new Clocked(), await historyOf(Clocked));
    expect(clocked.at(-1)).toEqual({ calls: 4, difference: 'gives add other arguments than are on record' });
    turn = 0;
    const unordered = await replayPrefixes(Unordered, () => new Unordered(), await historyOf(Unordered));
    expect(unordered.find(({ difference }) => difference)?.difference).toBe('asks for double where add is on record');
  });
});

describe('divergence', () => {
  const steps = ['findCustomer', 'decide', 'refund'].map((method, i) => ({ call: i, method, outcome: 'returned', attempts: 1 }));
  const record = {
    status: 'completed', error: undefined, steps, effects: [], finishedAtKill: [], events: [], telemetry: '', modelCalls: [], history: {} as History,
  }; // prettier-ignore
  const scene = sceneOf({ tools: [call(), refund()], record });
  const [replayed, restarted] = divergence.variants(scene) as Exclude<ReturnType<typeof divergence.variants>, { none: string }>;

  it('replays in the durable arm, and begins anew in the naked one', () => {
    expect(replayed!.plan('durable', 1).rounds).toMatchObject([{ anotherDay: true, replay: {} }]);
    expect(replayed!.plan('naked', 1)).toMatchObject({ kills: [{ reply: 1, life: 1 }], rounds: [{}, { anotherDay: true }] });
    expect(restarted!.plan('durable', 1).writeKills).toHaveLength(3);
  });

  it('fails with the first difference in words', () => {
    const replays = [
      { calls: 0, difference: undefined },
      { calls: 2, difference: 'gives decide other arguments than are on record' },
    ];
    expect(replayed!.judge(seen({ replays }))).toEqual({
      passed: false,
      reason: 'taken up after 2 recorded calls, it gives decide other arguments than are on record',
    });
    expect(replayed!.judge(seen({ replays: replays.slice(0, 1) })).passed).toBe(true);
    expect(replayed!.judge(seen({ stderr: 'TypeError: no' })).reason).toBe('its record could not be replayed: TypeError: no');
  });

  it('fails a naked agent that begins in another way', () => {
    const lives = [
      { exit: 'SIGKILL', durationMs: 1, killedAt: 'crm.customer, answer 1' },
      { exit: 0, durationMs: 1, killedAt: undefined },
    ];
    const anew = (second: string) =>
      seen({ arm: 'naked', lives, tools: [call(), call({ life: 2, values: [second] }), { ...refund(), life: 2 }] });
    expect(replayed!.judge(anew('c-7')).passed).toBe(true);
    expect(replayed!.judge(anew('c-8')).reason).toBe(`begun anew, it did not call crm.customer("c-7") again but something else`);
  });

  it('has nothing to replay without a record', () => {
    expect(divergence.variants(sceneOf({ tools: [refund()] }))).toHaveProperty('none');
  });
});
