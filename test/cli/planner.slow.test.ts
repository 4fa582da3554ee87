import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { silence, StubServer } from '../models/fixtures/stub-server.js';
import { tempFolder } from '../fixtures/temp-folder.js';

it('a proxy ends at the second signal, whatever is under way', async () => {
  await using stub = await StubServer.start(silence);
  const folder = tempFolder();
  const file = join(folder, 'targets.yaml');
  await writeFile(file, `targets: [{ id: near, tier: local, model: stub-n, baseUrl: '${stub.url}/v1' }]\n`);
  const main = fileURLToPath(new URL('../../sdk/cli/main.ts', import.meta.url));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const argv = ['--import', 'tsx', main, 'proxy', '--config', file, '--port', '0', '--file', join(folder, 'planner.db'), '--json'];
  const child = spawn(process.execPath, argv, { cwd: root, env: process.env });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const until = async (condition: () => boolean) => {
    while (!condition() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(() => out.includes('"url"'));
  const { url } = JSON.parse(out.split('\n')[0]!) as { url: string };
  const asked = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hi' }] }),
  }).catch(() => undefined);
  await until(() => stub.requests.some(({ path }) => path.endsWith('/completions')));
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(child.exitCode).toBe(null);
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  await asked;
});
