import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../../readiness-suites/mode.js';
import { crashAfterSideEffect } from '../../../readiness-suites/modes/crash-after-side-effect.js';
import { divergence } from '../../../readiness-suites/modes/divergence.js';
import { malformedToolOutput } from '../../../readiness-suites/modes/malformed-tool-output.js';
import { modelFallback } from '../../../readiness-suites/modes/model-fallback.js';
import { toolTimeout } from '../../../readiness-suites/modes/tool-timeout.js';
import type { SuitePlace } from '../open-scene.js';
import { place as ledger } from '../../fixtures/readiness/impaired-refund.js';
import { place as refund } from '../../fixtures/readiness/switchable-refund.js';
import { openScene, outcomes, tryMode } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
beforeAll(async () => {
  vite = await viteLoader();
});
afterAll(() => vite.close());
afterEach(() => {
  delete process.env['DURABLEFLOW_OFF'];
  delete process.env['DURABLEFLOW_IMPAIR'];
});

async function durable(place: Omit<SuitePlace, 'loader'>, mode: Mode, part: string): Promise<string[]> {
  const scene = await openScene({ ...place, loader: vite.loader });
  return Object.values(outcomes(await tryMode(mode, scene, part), 'durable'));
}

/**
 * A mode, one of its variants, and what is switched off: of the class (`DURABLEFLOW_OFF`) or of the engine
 * (`DURABLEFLOW_IMPAIR`). Approval bypass has its own in `safety-modes.slow.test.ts`. Context overflow, prompt injection, secret leakage, runaway loop
 * and retry storm have their switch in an agent with one mistake (`unsafe-agents.slow.test.ts`, `safety-modes.slow.test.ts`), code changed under a parked run,
 * concurrent resume and disk full in an impaired engine (`recovery-modes.slow.test.ts`).
 */
const table = [
  [refund, toolTimeout, 'never-answers', 'DURABLEFLOW_OFF', 'timeouts', /still at work at its deadline/],
  [refund, malformedToolOutput, 'html', 'DURABLEFLOW_OFF', 'schemas', /malformed data of crm\.order/],
  [refund, modelFallback, '529', 'DURABLEFLOW_OFF', 'router', /no model but primary was asked/],
  [refund, divergence, 'replayed', 'DURABLEFLOW_OFF', 'determinism', /replay|record|differ/i],
  [ledger, crashAfterSideEffect, 'after-effect', 'DURABLEFLOW_IMPAIR', 'intents', /happened twice|instead of once/],
] as const;

describe.each(table)('%#', (place, mode, part, variable, off, why) => {
  it(`${mode.id} passes with everything on`, async () => {
    const found = await durable(place, mode, part);
    expect(found.filter((it) => !it.startsWith('passed: '))).toEqual([]);
    expect(found).not.toEqual([]);
  });

  it(`${mode.id} fails without ${off}`, async () => {
    process.env[variable] = off;
    const failed = (await durable(place, mode, part)).filter((it) => it.startsWith('failed: '));
    expect(failed.join('\n')).toMatch(why);
  });
});
