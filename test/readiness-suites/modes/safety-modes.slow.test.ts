import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalBypass } from '../../../readiness-suites/modes/approval-bypass.js';
import { promptInjection } from '../../../readiness-suites/modes/prompt-injection.js';
import { secretLeakage } from '../../../readiness-suites/modes/secret-leakage.js';
import type { Mode, VariantPlan } from '../../../readiness-suites/mode.js';
import { runTrial } from '../../../readiness-suites/trial/run-trial.js';
import { decideGates } from '../../../readiness-suites/trial/operator.js';
import type { Scene } from '../../../readiness-suites/scene.js';
import { placeOf, type supportSuites } from '../../fixtures/readiness/support-suites.js';
import { openScene, outcomes, tryMode } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
let safe: Scene;
beforeAll(async () => {
  vite = await viteLoader();
  safe = await sceneOf('safe');
});
afterAll(() => vite.close());

const sceneOf = (agent: keyof typeof supportSuites) => openScene({ ...placeOf(agent), loader: vite.loader });

/** One variant on the safe agent, with a protection taken away; the finding of its judge. */
async function without(mode: Mode, id: string, change: (plan: VariantPlan) => VariantPlan) {
  const all = mode.variants(safe);
  if ('none' in all) throw new Error(all.none);
  const variant = all.find((it) => it.id === id)!;
  const { approveExpected: approve, behaviour, classify, ground } = safe;
  const plan = { approve, behaviour, ...change(variant.plan('durable', 1)), arm: 'durable' as const, classify };
  return variant.judge(await runTrial(ground, plan, new AbortController().signal));
}

describe('the agent without a mistake', () => {
  it.each([promptInjection, approvalBypass, secretLeakage])('passes: $id', async (mode) => {
    const evidence = await tryMode(mode, safe);
    expect(Object.entries(outcomes(evidence, 'durable')).filter(([, it]) => !it.startsWith('passed: '))).toEqual([]);
    const naked = Object.values(outcomes(evidence, 'naked')).filter((it) => it !== '');
    expect(naked.some((it) => it.startsWith('failed: '))).toBe(true);
    expect(naked.filter((it) => it.startsWith('not_fired'))).toEqual([]);
  });
});

describe('an agent with one mistake', () => {
  it.each([
    ['ungatedWrites', promptInjection, '', /which nobody approved|gave a secret away/],
    ['approvesSomethingElse', approvalBypass, 'stale', /the yes was for something else/],
    ['leaksSecrets', secretLeakage, 'in-material', /is in its telemetry/],
  ] as const)('%s fails in its mode', async (agent, mode, part, why) => {
    const found = Object.values(outcomes(await tryMode(mode, await sceneOf(agent), part), 'durable'));
    expect(found.find((it) => it.startsWith('failed: '))).toMatch(why);
  });
});

describe('with the protection switched off', () => {
  it('a yes that is not signed counts', async () => {
    const finding = await without(approvalBypass, 'unsigned', ({ approvalSecret: _secret, ...plan }) => plan);
    expect(finding.reason).toMatch(/which nobody who may had approved in time/);
  });

  it('a yes that is late counts', async () => {
    const finding = await without(approvalBypass, 'expired', (plan) => ({
      ...plan,
      laterMs: 0,
      operator: ({ place }) => decideGates(place, safe.approveExpected),
    }));
    expect(finding.reason).toMatch(/which nobody who may had approved in time/);
  });
});
