import { describe, expect, it } from 'vitest';
import { describePoint } from './kill-point.js';
import { inPairs, killedAt, killPoints, undisturbed, violations, type Scenario } from './scenario.js';

// Every point is its own pair of processes: one that is really killed there, one that goes on.
const patience = 180_000;

async function dieEverywhere(scenario: Scenario, steps: readonly string[]) {
  const { writes, runs } = await undisturbed(scenario);
  const expected = runs[0]!;
  const aftermaths = await inPairs(killPoints(writes, steps), async (point) => {
    const aftermath = await killedAt(scenario, point);
    return { point: describePoint(point), status: aftermath.status, violations: violations(aftermath, expected) };
  });
  const broken = aftermaths.filter((it) => it.violations.length > 0);
  return { expected, writes, aftermaths, broken };
}

describe('SIGKILL at every commit boundary', () => {
  it('of the inbox workflow, whose endpoint knows no keys but can be asked', { timeout: patience }, async () => {
    const scenario = { workflow: 'inbox', honoursKeys: false } as const;
    const { expected, writes, aftermaths, broken } = await dieEverywhere(scenario, ['gather', 'classify', 'draft', 'sendReply']);
    expect(expected).toMatchObject({ status: 'completed', output: { category: 'appointment', action: 'replied' } });
    const verbs = ['start', 'append', 'requestApproval', 'park', 'decide', 'claim', 'intend', 'finish', 'leave'];
    expect(writes).toEqual(expect.arrayContaining(verbs));
    expect(broken).toEqual([]);
    expect(aftermaths.filter(({ status }) => status !== 'completed')).toEqual([]);
  });

  it('of a workflow whose endpoint honours the key', { timeout: patience }, async () => {
    const scenario = { workflow: 'notice-retry', honoursKeys: true } as const;
    const { aftermaths, broken } = await dieEverywhere(scenario, ['prepare', 'send', 'file']);
    expect(broken).toEqual([]);
    expect(aftermaths.filter(({ status }) => status !== 'completed')).toEqual([]);
  });

  it('of a workflow whose endpoint neither honours keys nor can be asked', { timeout: patience }, async () => {
    const scenario = { workflow: 'notice-ask', honoursKeys: false } as const;
    const { writes, aftermaths, broken } = await dieEverywhere(scenario, ['prepare', 'send', 'file']);
    expect(broken).toEqual([]);
    // In doubt from the moment the intent is on disk until the receipt is; certain before and after.
    const intent = writes.indexOf('intend') + 1;
    const receipt = intent + 1;
    expect(writes[receipt - 1]).toBe('append');
    const inDoubt = [`after write ${intent}`, `before write ${receipt}`, 'in send', 'effect unanswered', 'effect answered'];
    expect(aftermaths.filter(({ status }) => status === 'in_doubt').map(({ point }) => point)).toEqual(inDoubt);
    const others = aftermaths.filter(({ point }) => !inDoubt.includes(point));
    expect(others.filter(({ status }) => status !== 'completed')).toEqual([]);
  });
});

describe('the crash test itself', () => {
  it.each([
    { forgetIntents: false, status: 'in_doubt', found: [] },
    { forgetIntents: true, status: 'completed', found: ['notice:Dear r-1 took effect 2 times'] },
  ])('goes red if intents are not written down: $forgetIntents', { timeout: patience }, async ({ forgetIntents, status, found }) => {
    const scenario = { workflow: 'notice-ask', honoursKeys: false, forgetIntents } as const;
    const { runs } = await undisturbed(scenario);
    const aftermath = await killedAt(scenario, { kind: 'effect', side: 'answered' });
    expect(violations(aftermath, runs[0]!)).toEqual(found);
    expect(aftermath.status).toBe(status);
  });
});
