import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { TrialAdmin } from '../../../readiness-suites/engine/trial-admin.js';

async function adminOver(answer: RequestListener, timeout?: number): Promise<TrialAdmin> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const admin = new TrialAdmin(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, timeout);
  onTestFinished(() => {
    admin.close();
    server.closeAllConnections();
    server.close();
  });
  return admin;
}

const error = (message: RegExp) =>
  expect.objectContaining({ code: 'DF_READINESS_ENGINE', message: expect.stringMatching(message) }) as Error;

it('gives up a server that does not answer', async () => {
  const admin = await adminOver(() => {}, 100);
  await expect(admin.ask('PATCH', '/invocations/inv_1/kill')).rejects.toEqual(
    error(/does not answer PATCH .*inv_1\/kill: .*it does not answer in time/),
  );
}, 3000);

it('takes what is gone for done, and tells what was refused', async () => {
  const statuses = [404, 409, 403];
  const admin = await adminOver((_, response) => response.writeHead(statuses.shift()!).end('{"message":"no"}'));
  expect(await admin.ask('PATCH', '/invocations/inv_1/purge')).toBeUndefined();
  expect(await admin.ask('POST', '/deployments', { uri: 'http://127.0.0.1:1' })).toBeUndefined();
  await expect(admin.ask('GET', '/deployments')).rejects.toEqual(error(/refused GET \/deployments: 403 \{"message":"no"\}/));
});
