import { DurableFlow, step, workflow } from 'durableflow';
import { describe, it } from 'vitest';
import type { CrashAtBoundary, CrashReport } from '../../readiness-suites/crash/crash-report.js';
import { expect } from '../../vitest-plugin/expect.js';
import { test } from '../../vitest-plugin/virtual-test.js';

@workflow({ name: 'doubler' })
class Doubler {
  async run(n: number) {
    return this.double(await this.double(n));
  }

  @step()
  async double(n: number) {
    return 2 * n;
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 1 } })
  async once(n: number) {
    return n;
  }
}

@workflow({ name: 'doubler' })
class OnceMore extends Doubler {
  override async run(n: number) {
    return this.once(await this.double(n));
  }
}

async function historyOf(agent: typeof Doubler) {
  const flow = await DurableFlow.open(':memory:');
  flow.register(agent, () => new agent());
  await (await flow.start(agent, 2, { id: 'd-1' })).result();
  const history = flow.exportHistory('d-1');
  await flow.close();
  return history;
}

test('a clock and a flow of the test’s own', async ({ clock, flow }) => {
  flow.register(Doubler, () => new Doubler());
  const run = await flow.start(Doubler, 2, { id: 'd-1' });
  expect(await clock.until(run.result())).toBe(8);
  expect(flow.audit('d-1')).toStayWithinBudget({ usd: 0, modelCalls: 0 });
});

describe('matchers', () => {
  it('tell how often a method was run', async () => {
    const history = await historyOf(OnceMore);
    expect(history).toRunOnce('once');
    expect(history).not.toRunOnce('triple');
    expect(() => expect(history).toRunOnce('triple')).toThrow('it was never called; on record are double, once');
    const twice = await historyOf(Doubler);
    expect(() => expect(twice).toRunOnce('double')).toThrow('it was called 2 times');
    expect(() => expect({}).toRunOnce('double')).toThrow('toRunOnce takes what flow.show(id)');
  });

  it('tell whether a history replays, and what differs', async () => {
    const history = await historyOf(Doubler);
    await expect(history).toReplay(Doubler);
    await expect(expect(history).toReplay(OnceMore)).rejects.toThrow('call 1 double is on record, and it asks for call 1 once');
    await expect(expect('no-such-file.json').toReplay(Doubler)).rejects.toThrow('no-such-file.json cannot be read as a history');
  });

  it('tell what is over a budget', async () => {
    const history = await historyOf(Doubler);
    const spent = { run: history.run, totals: { inputTokens: 900, outputTokens: 200, costUsd: 0.4, modelCalls: 3, unknownCosts: 0 } };
    expect(spent).toStayWithinBudget({ usd: 0.4, tokens: 1100, modelCalls: 3 });
    expect(() => expect(spent).toStayWithinBudget({ usd: 0.3, tokens: 1000 })).toThrow(
      'it cost $0.4, more than $0.3, and it used 1100 tokens, more than 1000',
    );
    const unknown = { ...spent, totals: { ...spent.totals, unknownCosts: 1 } };
    expect(() => expect(unknown).toStayWithinBudget({ usd: 9 })).toThrow('nobody knows what 1 of its model calls cost');
  });

  it('tell where a class did not survive', () => {
    const boundary: CrashAtBoundary = {
      title: 'after write 3 (append)', side: 'after', write: 3, verb: 'append', end: 'finished', output: 8, effects: [], problems: [],
    }; // prettier-ignore
    const report = (...boundaries: CrashAtBoundary[]): CrashReport => ({
      agent: 'Order',
      undisturbed: { output: 8, effects: [], writes: ['start', 'append', 'append', 'finish'] },
      boundaries,
    });
    expect(report(boundary)).toSurvive();
    expect(() => expect(report(boundary, { ...boundary, problems: ['shop.charge(7) happened twice'] })).toSurvive()).toThrow(
      'at 1 of 2 places it did not:\n  killed after write 3 (append): shop.charge(7) happened twice',
    );
    expect(() => expect(report()).toSurvive()).toThrow('it was killed nowhere');
  });
});
