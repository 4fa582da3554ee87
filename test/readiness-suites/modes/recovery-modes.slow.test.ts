import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../../readiness-suites/mode.js';
import { codeChangedUnderParkedRun } from '../../../readiness-suites/modes/code-changed-under-parked-run.js';
import { concurrentResume } from '../../../readiness-suites/modes/concurrent-resume.js';
import { diskFull } from '../../../readiness-suites/modes/disk-full.js';
import { divergence } from '../../../readiness-suites/modes/divergence.js';
import { place } from '../../fixtures/readiness/impaired-refund.js';
import { openScene, outcomes, tryMode } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
beforeAll(async () => {
  vite = await viteLoader();
});
afterAll(() => vite.close());
afterEach(() => {
  delete process.env['DURABLEFLOW_IMPAIR'];
});

async function durable(mode: Mode, part: string): Promise<string[]> {
  const scene = await openScene({ ...place, loader: vite.loader });
  return Object.values(outcomes(await tryMode(mode, scene, part), 'durable'));
}

const cases = [
  ['divergence', divergence, 'killed', 'intents', undefined],
  ['code changed under a parked run', codeChangedUnderParkedRun, 'step-added', 'replay', /^failed/],
  ['concurrent resume, begun at once', concurrentResume, 'started-twice', 'leases', /^failed/],
  ['concurrent resume, woken', concurrentResume, 'woken-after-effect', 'intents', /^failed: .*happened twice/],
  ['disk full', diskFull, 'before-commit', 'errors', /^failed/],
] as const;

describe('an engine with all its protections', () => {
  it.each(cases)('passes %s', async (_title, mode, part) => {
    expect(await durable(mode, part)).toEqual([expect.stringMatching(/^passed/)]);
  });
});

describe('an engine without one of them', () => {
  it.each(cases.filter(([, , , , why]) => why))('fails %s', async (_title, mode, part, impaired, why) => {
    process.env['DURABLEFLOW_IMPAIR'] = impaired;
    expect(await durable(mode, part)).toEqual([expect.stringMatching(why!)]);
  });
});
