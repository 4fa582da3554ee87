import { onTestFinished, expect, it } from 'vitest';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { approvalIdOf } from '../../sdk/restate/approval-id.js';
import { Changes } from '../../sdk/ui/server/changes.js';
import { call } from '../cli/terminal.js';
import { FakeRestate } from './fake-restate.js';
import { parked, service, started } from './refund-logs.js';

async function server() {
  const fake = await FakeRestate.start(service);
  onTestFinished(() => fake.stop());
  fake.invoked(service, 'a', started('a'));
  await fake.write(service, 'a', parked('a'));
  const on = (...argv: string[]) =>
    call(['--db', `restate:${fake.url},${fake.url}`, ...argv], { env: { DURABLEFLOW_RESTATE_TOKEN: 's3cret' } });
  return { fake, on };
}

it('lists, shows, decides and exports on a Restate server as on a file', async () => {
  const { fake, on } = await server();
  expect((await on('runs')).out).toContain('refunds');
  expect((await on('show', 'a')).out).toContain('a decision on pay');
  const id = String(approvalIdOf('a', 0));
  expect((await on('approvals')).out).toContain(id);
  expect(await on('approve', id, '--by', 'ada')).toMatchObject({ exit: 0 });
  const history = JSON.parse((await on('export-history', 'a')).out) as { approvals: unknown[] };
  expect(history.approvals).toMatchObject([{ verdict: 'approved', decidedBy: 'ada' }]);
  expect(await on('cancel', 'nobody')).toMatchObject({ exit: 1 });
  expect(new Set(fake.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer s3cret']));
});

it('tells what it is connected to, and which runs the server cannot get executed', async () => {
  const { fake, on } = await server();
  const healthy = await on('doctor');
  expect(healthy).toMatchObject({ exit: 0 });
  expect(healthy.out).toContain('Restate 1.7.12');
  expect(healthy.out).toContain(service);
  fake.db.exec(`UPDATE sys_invocation SET status = 'backing-off', retry_count = 4, last_failure = 'connection refused'`);
  const retrying = await on('doctor');
  expect(retrying).toMatchObject({ exit: 3 });
  expect(retrying.out).toContain('connection refused');
  expect(healthy.out + retrying.out).not.toContain('s3cret');
});

it('says what to do if there is no server', async () => {
  const { fake, on } = await server();
  await fake.stop();
  const nobody = await on('runs');
  expect(nobody).toMatchObject({ exit: 1 });
  expect(nobody.err).toContain('DF_RESTATE_UNREACHABLE');
  await fake.listen();
}, 15_000);

it('tells open pages when something has changed', async () => {
  const { fake } = await server();
  const store = await restateStore({ ingress: fake.url, admin: fake.url });
  const changes = new Changes(store.watchChanges());
  onTestFinished(async () => {
    changes.close();
    await store.close();
  });
  const version = changes.version;
  await fake.write(service, 'b', parked('b'));
  await expect.poll(() => changes.version, { timeout: 5000 }).toBeGreaterThan(version);
});
