import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOverflow } from '../../../readiness-suites/modes/context-overflow.js';
import { malformedToolOutput } from '../../../readiness-suites/modes/malformed-tool-output.js';
import { modelFallback } from '../../../readiness-suites/modes/model-fallback.js';
import { retryStorm } from '../../../readiness-suites/modes/retry-storm.js';
import { runawayLoop } from '../../../readiness-suites/modes/runaway-loop.js';
import type { Mode } from '../../../readiness-suites/mode.js';
import { streamingPlace } from '../../fixtures/readiness/streaming-suite.js';
import { placeOf, type supportSuites } from '../../fixtures/readiness/support-suites.js';
import { openScene, outcomes, tryMode } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
beforeAll(async () => {
  vite = await viteLoader();
});
afterAll(() => vite.close());

/** What came of the durable arm: the engine can not make good what its user has left out. */
async function durable(agent: keyof typeof supportSuites, mode: Mode, part = ''): Promise<string[]> {
  const scene = await openScene({ ...placeOf(agent), loader: vite.loader });
  return Object.values(outcomes(await tryMode(mode, scene, part), 'durable'));
}

describe('an agent with one mistake', () => {
  it.each([
    ['unvalidatedOutput', malformedToolOutput, 'html', /as if it were an answer/],
    ['noContextBudget', contextOverflow, '', /sent a prompt of/],
    ['retriesEverything', modelFallback, '400', /put the same question/],
    ['runawayLoop', runawayLoop, 'new', /asked its models|spent|still at work/],
    ['retryStorm', retryStorm, 'crm', /called crm\.customer/],
  ] as const)('%s fails in its mode', async (agent, mode, part, why) => {
    const found = await durable(agent, mode, part);
    expect(found.filter((it) => it.startsWith('failed: '))).not.toEqual([]);
    expect(found.find((it) => it.startsWith('failed: '))).toMatch(why);
  });
});

describe('the agent without a mistake', () => {
  it('passes in each of these modes', async () => {
    const scene = await openScene({ ...placeOf('safe'), loader: vite.loader });
    for (const mode of [malformedToolOutput, contextOverflow, modelFallback, runawayLoop, retryStorm]) {
      const found = outcomes(await tryMode(mode, scene), 'durable');
      expect(Object.entries(found).filter(([, it]) => !it.startsWith('passed: '))).toEqual([]);
    }
  });
});

describe('an agent that reads streams', () => {
  it('begins again where one breaks off, and nothing of the broken one is used', async () => {
    const scene = await openScene({ ...streamingPlace, loader: vite.loader });
    const found = outcomes(await tryMode(modelFallback, scene), 'durable');
    expect(found).toMatchObject({ 'cut-stream': 'passed: the work was done', 'error-event': 'passed: the work was done' });
  });
});
