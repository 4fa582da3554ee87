import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { batchFiles } from '../../../colony/real/batch-spec.js';
import { ControllerLog } from '../../../colony/real/controller-log.js';
import type { KillPoint } from '../../../colony/real/machine-messages.js';
import { runReal } from '../../../colony/real/run-real.js';
import { micros } from '../../../colony/time.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { RestateServer } from '../../restate/restate-server.js';
import { digestsWithoutLoss, livingMachines, smallBatch, stagesOfAJob, unaccounted } from './small-batch.js';

let server: RestateServer;
let address: { readonly ingress: string; readonly admin: string };
beforeAll(async () => {
  server = await RestateServer.start();
  address = { ingress: server.ingress, admin: server.admin };
});
afterAll(() => server.stop());

const batchServer = (name: string) => ({ ...address, suffix: `-colony-${name}` });
/** On a busy machine everything takes longer. The end of a process is noticed without any silence. */
const unhurried = { silenceSeconds: 10, horizonSeconds: 200 };
const kill = (lease: number, point: KillPoint, nth = 1) => ({ lease, point, nth, kind: 'destroy' as const, lasts: 0 });

const headers = { accept: 'application/json', 'content-type': 'application/json' };

async function invocations(where: string): Promise<unknown> {
  const query = `SELECT id FROM sys_invocation WHERE target_service_name LIKE '%-colony-%' AND ${where}`;
  const answer = await fetch(`${address.admin}/query`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return answer.json();
}

async function left(): Promise<unknown> {
  const deployments = await fetch(`${address.admin}/deployments`, { headers });
  return [await invocations('true'), await deployments.json()];
}
const nothing = [{ rows: [] }, { deployments: [] }];

it('has a job finished by other machines when one after the other is killed, at every named point, with each effect once', async () => {
  const folder = tempFolder();
  const outcome = await smallBatch({
    ...{ folder, server: batchServer('kills'), ...unhurried },
    occasions: [kill(0, 'before_start', 2), kill(1, 'mid_stage'), kill(2, 'after_effect'), kill(3, 'after_commit')],
  });
  const { run, strikes } = outcome;
  expect(run.violations).toEqual([]);
  expect(strikes.kills).toEqual({ before_start: 1, mid_stage: 1, after_effect: 1, after_commit: 1, anywhere: 0 });
  expect(run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1))[0], attempts: 5 }]);
  expect(run.effects).toEqual({ keys: stagesOfAJob, duplicates: 0, mostOfOneKey: 1 });
  expect(unaccounted(outcome)).toBe(0);
  for (const { detect, recover } of run.recoveries) expect(recover).toBeGreaterThan(detect!);
  // Not one machine, but five, each of which had the job at another time.
  const doers = new Set(readFileSync(batchFiles(folder).sink, 'utf8').match(/"pid":\d+/g));
  expect(doers.size).toBeGreaterThan(1);
  expect(livingMachines(folder)).toEqual([]);
  expect(await left()).toEqual(nothing);
});

it('lets a machine that was stopped, taken for lost and woken write no more', async () => {
  const pause = { lease: 0, point: 'after_effect' as const, nth: 1, kind: 'pause' as const, lasts: micros(9) };
  const outcome = await smallBatch({ jobs: 2, server: batchServer('pause'), ...unhurried, silenceSeconds: 2, occasions: [pause] });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.strikes).toMatchObject({ landed: { pause: 1, destroy: 0 } });
  expect(outcome.run.effects).toMatchObject({ keys: 2 * stagesOfAJob, duplicates: 0 });
  expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(2));
  expect(outcome.run.leases!.some(({ end }) => end === 'abandoned')).toBe(true);
  expect(unaccounted(outcome)).toBe(0);
});

it('lets a machine go on whose job the server asks for again', async () => {
  const batch = smallBatch({ server: batchServer('again'), ...unhurried });
  const one = async (where: string) => {
    for (;;) {
      const { rows } = (await invocations(`target_handler_name = 'run' AND ${where}`)) as { rows: { id: string }[] };
      if (rows[0]) return rows[0].id;
      await sleep(20);
    }
  };
  const id = await one("status = 'running'");
  await sleep(300);
  expect((await fetch(`${address.admin}/invocations/${id}/pause`, { method: 'PATCH', headers })).ok).toBe(true);
  await one("status = 'paused'");
  expect((await fetch(`${address.admin}/invocations/${id}/resume`, { method: 'PATCH', headers })).ok).toBe(true);
  const { run } = await batch;
  expect(run.violations).toEqual([]);
  expect(run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1))[0], attempts: 1 }]);
});

it('is taken over by another controller when the first one is killed', async () => {
  const folder = tempFolder();
  const server = batchServer('controller');
  const outcome = await smallBatch({ folder, jobs: 2, server, ...unhurried, supervision: { controllerKills: [12] } });
  expect(outcome.controllers).toBe(2);
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(2));
  expect(outcome.run.effects).toMatchObject({ keys: 2 * stagesOfAJob, duplicates: 0 });
  expect(ControllerLog.read(batchFiles(folder).log).some(({ is }) => is === 'restarted')).toBe(true);
  expect(await left()).toEqual(nothing);
});

it('says which server cannot be reached, before any machine is started', async () => {
  const engine = { ingress: 'http://127.0.0.1:1', admin: 'http://127.0.0.1:1' };
  await expect(runReal({ engine, seeds: [1] })).rejects.toMatchObject({ code: 'DF_RESTATE_UNREACHABLE' });
});
