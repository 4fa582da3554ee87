import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { restate } from '../../../readiness-suites/engine/restate.js';
import type { Mode } from '../../../readiness-suites/mode.js';
import { modes } from '../../../readiness-suites/modes.js';
import { approvalBypass } from '../../../readiness-suites/modes/approval-bypass.js';
import { crashAfterSideEffect } from '../../../readiness-suites/modes/crash-after-side-effect.js';
import { promptInjection } from '../../../readiness-suites/modes/prompt-injection.js';
import { toolTimeout } from '../../../readiness-suites/modes/tool-timeout.js';
import type { Scene } from '../../../readiness-suites/scene.js';
import { place as ledger } from '../../fixtures/readiness/impaired-refund.js';
import { placeOf } from '../../fixtures/readiness/support-suites.js';
import { place as refund } from '../../fixtures/readiness/switchable-refund.js';
import { RestateServer } from '../../restate/restate-server.js';
import { openScene, outcomes, tryMode, type SuitePlace } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
let server: RestateServer;
beforeAll(async () => {
  server = await RestateServer.start();
  vite = await viteLoader();
});
afterAll(() => Promise.all([vite.close(), server.stop()]));
afterEach(() => {
  delete process.env['DURABLEFLOW_OFF'];
  delete process.env['DURABLEFLOW_IMPAIR'];
});

const engines = ['SQLite', 'Restate'] as const;

function sceneOn(engine: (typeof engines)[number], { suite, ...place }: Omit<SuitePlace, 'loader'>): Promise<Scene> {
  const options = { ...suite.options, ...(engine === 'Restate' && { engine: restate(server) }) };
  return openScene({ ...place, suite: { ...suite, options }, loader: vite.loader });
}

const failedOf = (found: Record<string, string>) => Object.entries(found).filter(([, it]) => it !== '' && !it.startsWith('passed: '));

describe('the agent without a mistake', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await sceneOn('Restate', placeOf('safe'));
  });

  // Together, as the plugin has them: the longest of them wait for somebody who never answers.
  it.concurrent.each(modes.map((mode) => [mode.id, mode] as const))('passes on Restate, as on SQLite: %s', async (_, mode) => {
    const evidence = await tryMode(mode, scene);
    expect(failedOf(outcomes(evidence, 'durable'))).toEqual([]);
    if (mode.id === 'disk_full') expect(evidence.notes).toEqual([expect.stringContaining('a server of Restate')]);
    else expect(evidence.variants).not.toEqual([]);
  });
});

it('leaves nothing on the server', async () => {
  const { rows } = (await ask('/query', { query: "SELECT id FROM sys_invocation WHERE target_service_name LIKE '%-trial-%'" })) as {
    rows: object[];
  };
  expect(rows).toEqual([]);
  expect(await ask('/deployments')).toEqual({ deployments: [] });
});

async function ask(path: string, body?: object): Promise<unknown> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const response = await fetch(`${server.admin}${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  return response.json();
}

describe.each(engines)('on %s', (engine) => {
  const durable = async (place: Omit<SuitePlace, 'loader'>, mode: Mode, part: string) =>
    failedOf(outcomes(await tryMode(mode, await sceneOn(engine, place), part), 'durable')).map(([, it]) => it).join('\n'); // prettier-ignore

  it('an agent that writes without a gate is blocked', async () => {
    expect(await durable(placeOf('ungatedWrites'), promptInjection, '')).toMatch(/which nobody approved|gave a secret away/);
  });

  it('an agent whose yes is for something else is blocked', async () => {
    expect(await durable(placeOf('approvesSomethingElse'), approvalBypass, 'stale')).toMatch(/the yes was for something else/);
  });

  it('without timeouts it hangs, which is seen', async () => {
    process.env['DURABLEFLOW_OFF'] = 'timeouts';
    expect(await durable(refund, toolTimeout, 'never-answers')).toMatch(/still at work at its deadline/);
  });

  it('an engine that records no intents is found out', async () => {
    expect(await durable(ledger, crashAfterSideEffect, 'after-effect')).toBe('');
    process.env['DURABLEFLOW_IMPAIR'] = 'intents';
    expect(await durable(ledger, crashAfterSideEffect, 'after-effect')).toMatch(/happened twice|instead of once/);
  });
});
