import { describe, expect, it } from 'vitest';
import { describePoint, killPoints } from '../../crash/kill-point.js';
import { inPairs } from '../../crash/scenario.js';
import { killedDesk, violations, type Death } from './killed-desk.js';

const describeDeath = (death: Death) =>
  death.kind === 'unanswered' ? `${death.seen.what} ${death.seen.number} unanswered` : describePoint(death);

// ADK takes more than a second to load, in each of two processes for each death.
describe.each([
  ['adk', 'after each write', 20],
  ['ai-sdk', 'before and after each write', 30],
] as const)('a conversation of %s', (framework, sides, atLeast) => {
  it(`survives SIGKILL ${sides} and in every call to the outside world`, { timeout: 900_000 }, async () => {
    const { report, after } = await killedDesk(framework);
    expect(report.runs).toMatchObject([{ status: 'completed' }]);
    expect(after).toEqual(['model', 'customer', 'order', 'model', 'refund', 'model']);
    const deaths: Death[] = [
      ...killPoints(report.writes, [], sides).filter(({ kind }) => kind === 'write'),
      ...after.map((what, index) => {
        const number = after.slice(0, index + 1).filter((it) => it === what).length;
        return { kind: 'unanswered', seen: { what, number } } as const;
      }),
    ];
    expect(deaths.length).toBeGreaterThanOrEqual(atLeast);
    const found = await inPairs(deaths, async (death) => ({
      death: describeDeath(death),
      violations: violations(await killedDesk(framework, death)),
    }));
    expect(found.filter((it) => it.violations.length > 0)).toEqual([]);
  });
});
