import { signal, sleep, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, turns } from '../fixtures/eventually.js';
import { errorCode } from '../fixtures/rejection.js';
import { stage } from '../fixtures/virtual-flow.js';

@workflow({ name: 'versions/agent', version: '1' })
class AgentOne {
  async run(name: string) {
    await sleep('1h');
    return `one ${name}`;
  }
}

@workflow({ name: 'versions/agent', version: '2' })
class AgentTwo {
  async run(name: string) {
    const extra = await signal(z.string(), 'extra');
    return `two ${name} ${extra}`;
  }
}

describe('versions of one workflow', () => {
  it('are executed side by side, and a run stays with the one that it began with', async () => {
    const { open, clock } = stage();
    const first = await open([AgentOne]);
    await (await first.start(AgentOne, 'a', { id: 'a' })).settled();
    await first.close();
    const second = await open([AgentOne, AgentTwo]);
    const b = await second.start(AgentTwo, 'b', { id: 'b' });
    await second.signal('b', 'extra', 'x');
    expect(await clock.until(second.run('a').result())).toBe('one a');
    expect(await b.result()).toBe('two b x');
    expect([second.run('a').view().version, b.view().version]).toEqual(['1', '2']);
  });

  it('that are not registered leave their runs alone, listed, and told of once', async () => {
    const { open, clock, events } = stage();
    const first = await open([AgentOne]);
    await Promise.all(['a', 'b'].map(async (id) => (await first.start(AgentOne, id, { id })).settled()));
    await first.close();
    events.length = 0;
    const second = await open([AgentTwo]);
    await clock.advance('2h');
    await turns();
    expect(second.runs().map(({ status, claims }) => [status, claims])).toEqual([
      ['waiting', 1],
      ['waiting', 1],
    ]);
    expect(second.unregistered()).toEqual([{ workflow: 'versions/agent', version: '1', runs: 2 }]);
    expect(events.filter(({ event }) => event === 'version.unregistered')).toMatchObject([
      { name: 'versions/agent', version: '1', runs: 2 },
    ]);
    expect(await errorCode(second.resume('a'))).toBe('DF_UNKNOWN_WORKFLOW');
    second.register(AgentOne, () => new AgentOne());
    await eventually(() => second.countRuns().completed === 2);
    expect(second.unregistered()).toEqual([]);
  });

  it('that are registered, or needed only by ended runs, are not told of', async () => {
    const { open, clock, events } = stage();
    const first = await open([AgentOne]);
    await clock.until((await first.start(AgentOne, 'a')).result());
    await first.close();
    const second = await open([AgentTwo]);
    await turns();
    expect(second.unregistered()).toEqual([]);
    expect(events.filter(({ event }) => event === 'version.unregistered')).toEqual([]);
  });

  it('may not be claimed by two classes', async () => {
    @workflow({ name: 'versions/agent', version: '1' })
    class Impostor {
      async run() {}
    }
    const flow = await stage().open([AgentOne]);
    expect(await errorCode(() => flow.register(Impostor, () => new Impostor()))).toBe('DF_DUPLICATE_WORKFLOW');
  });
});
