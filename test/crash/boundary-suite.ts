import { describe, expect, it } from 'vitest';
import { describePoint, killPoints, type Sides } from './kill-point.js';
import { inPairs, killedAt, undisturbed, violations, type Scenario } from './scenario.js';

// Every point is its own pair of processes: one that is really killed there, one that goes on.
const patience = 900_000;

/** Kills a run at all its commit boundaries, one process a boundary, and holds what follows against what is promised. */
export function crashEverywhere(sides: Sides): void {
  async function dieEverywhere(scenario: Scenario, steps: readonly string[]) {
    const { writes, outcome: expected } = await undisturbed(scenario);
    const aftermaths = await inPairs(killPoints(writes, steps, sides), async (point) => {
      const aftermath = await killedAt(scenario, point);
      return { point: describePoint(point), status: aftermath.status, violations: violations(aftermath, expected) };
    });
    const broken = aftermaths.filter((it) => it.violations.length > 0);
    return { expected, writes, aftermaths, broken };
  }

  describe(`SIGKILL at every commit boundary (${sides})`, () => {
    // Each of its processes loads a tokenizer, which is no work for the fast tests.
    it.runIf(sides === 'before and after each write')(
      'of the inbox workflow, whose endpoint knows no keys but can be asked',
      { timeout: patience },
      async () => {
        const scenario = { workflow: 'inbox', honoursKeys: false } as const;
        const { expected, writes, aftermaths, broken } = await dieEverywhere(scenario, ['gather', 'classify', 'draft', 'sendReply']);
        expect(expected).toMatchObject({ status: 'completed', output: { category: 'appointment', action: 'replied' } });
        // What each call knew and asked is on record as if nothing had happened: nothing missing, nothing double.
        expect(expected.ledger).toMatchObject([
          { method: 'gather' },
          { method: 'classify', modelCalls: [{}] },
          { method: 'draft', modelCalls: [{}] },
        ]);
        const verbs = ['start', 'append', 'requestApproval', 'park', 'decide', 'claim', 'intend', 'finish', 'leave'];
        expect(writes).toEqual(expect.arrayContaining(verbs));
        expect(broken).toEqual([]);
        expect(aftermaths.filter(({ status }) => status !== 'completed')).toEqual([]);
      },
    );

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
      const unsettled = [`after write ${intent}`, `before write ${receipt}`, 'in send', 'effect unanswered', 'effect answered'];
      for (const { point, status } of aftermaths)
        expect([point, status]).toEqual([point, unsettled.includes(point) ? 'in_doubt' : 'completed']);
      expect(aftermaths.filter(({ status }) => status === 'in_doubt').length).toBeGreaterThanOrEqual(4);
    });
  });
}
