import { onTestFinished, expect, it } from 'vitest';
import type { LogEntry } from '../../sdk/restate/log-entry.js';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { approvalIdOf } from '../../sdk/restate/approval-id.js';
import { Changes } from '../../sdk/ui/server/changes.js';
import { call } from '../cli/terminal.js';
import { FakeRestate } from './fake-restate.js';
import { diverged, parked, parkedAgain, service, started } from './refund-logs.js';

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

it('lists the newest run first, in whatever order the server tells of them', async () => {
  const { fake, on } = await server();
  // The server tells of them by their keys' hashes.
  for (const [n, id] of ['c', 'b'].entries()) {
    const [start, ...rest] = parked(id) as [Extract<LogEntry, { verb: 'start' }>, ...LogEntry[]];
    await fake.write(service, id, [{ ...start, run: { ...start.run, at: start.run.at - 1000 * (n + 1) } }, ...rest]);
  }
  const { out } = await on('runs', '--json');
  expect((JSON.parse(out) as { runs: { id: string }[] }).runs.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
});

it('completes what the server holds, and is silent if there is none', async () => {
  const { fake, on } = await server();
  const complete = async (...words: string[]) => (await on('complete-words', 'zsh', '--', '--db', `restate:${fake.url},${fake.url}`, ...words)).out.split('\n').slice(1, -1); // prettier-ignore
  expect(await complete('show', '')).toEqual(['a\trefunds, waiting']);
  expect(await complete('approve', '')).toEqual([`${approvalIdOf('a', 0)}\tPay 5`]);
  expect(await complete('runs', '--workflow', 'ref')).toEqual(['refunds']);
  expect(await complete('resolve', 'a', '')).toEqual([]);
  await fake.stop();
  expect(await complete('show', '')).toEqual([]);
  await fake.listen();
});

it('leaves executing to the workers: what is only for a file is refused, and resume needs no module', async () => {
  const { fake, on } = await server();
  for (const argv of [['recover'], ['recover', '--watch'], ['ui']]) {
    const refused = await on(...argv, '--app', 'app.ts');
    expect(refused).toMatchObject({ exit: 2 });
    expect(refused.err).toContain('CLI_WORKERS_ONLY');
  }
  await fake.write(service, 'd', [...parked('d'), ...diverged('d')]);
  expect((await on('show', 'd')).out).toMatch(/ resume d$/m);
  expect((await on('doctor')).out).toMatch(/ resume d$/m);
  const asked = on('resume', 'd');
  await expect.poll(() => fake.requests.some(({ path }) => path.includes('/d/deliver/')), { timeout: 5000 }).toBe(true);
  await fake.write(service, 'd', parkedAgain('d'));
  const resumed = await asked;
  expect(resumed).toMatchObject({ exit: 3 });
  expect(resumed.out).toMatch(/status +waiting/);
});

it('says of a message that a worker has taken it already', async () => {
  const { fake, on } = await server();
  await fake.write(service, 's', [...parked('s')]);
  expect((await on('signal', 's', 'paid')).out).toContain('kept until it asks');
});

it('says what is wrong with an address, and repeats no secret of it', async () => {
  const { fake } = await server();
  const db = (address: string) => call(['--db', address, 'runs']);
  expect((await db(fake.url)).err).toContain(`write restate:${fake.url}`);
  const secret = await db('restate:http://ada:hunter2@127.0.0.1:8080');
  expect(secret.err).toContain('DURABLEFLOW_RESTATE_TOKEN');
  expect(secret.err).not.toContain('hunter2');
  const tls = await db(`restate:${fake.url.replace('http:', 'https:')},${fake.url.replace('http:', 'https:')}`);
  expect(tls).toMatchObject({ exit: 1 });
  expect(tls.err).toContain('does not speak TLS');
}, 15_000);

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
