import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { describe, expect, it, vi } from 'vitest';
import { openAiWire } from '../models/fixtures/open-ai-stub.js';
import { StubServer } from '../models/fixtures/stub-server.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { call } from './terminal.js';

const token = 'a-token-of-many-characters';
const key = 'sk-stub-0123456789abcdefghij';

async function config(folder: string, url: string, more = ''): Promise<string> {
  const file = join(folder, 'targets.yaml');
  await writeFile(
    file,
    `targets:
  - { id: near, name: Near model, tier: local, model: stub-n, baseUrl: '${url}/v1', apiKeyEnv: STUB_KEY }
budgets:
  - { id: team, limitUsd: 2, period: day }
${more}`,
  );
  return file;
}

describe('durableflow proxy', () => {
  it('serves until it is asked to stop, with a line for each request, and what it did is on record', async () => {
    await using stub = await StubServer.start(openAiWire.completion());
    const folder = tempFolder();
    const file = await config(folder, stub.url);
    const db = join(folder, 'planner.db');
    let stop = () => {};
    let listening!: (url: string) => void;
    const url = new Promise<string>((resolve) => (listening = resolve));
    const env = { STUB_KEY: key, PLANNER_TOKEN: token };
    vi.stubEnv('STUB_KEY', key);
    const serving = call(['proxy', '--config', file, '--port', '0', '--file', db, '--token-env', 'PLANNER_TOKEN'], {
      env,
      stopped: new Promise((resolve) => (stop = resolve)),
      onOutput: (text) => {
        const [, found] = /OPENAI_BASE_URL=(\S+)/.exec(text) ?? [];
        if (found) listening(found);
      },
    });
    const client = new OpenAI({ baseURL: await url, apiKey: token, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    await client.chat.completions.create({ model: 'auto', messages }, { headers: { 'X-Request-Id': 'mine', 'X-Budget-Id': 'team' } });
    await expect(new OpenAI({ baseURL: await url, apiKey: 'wrong', maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    stop();
    const { out, err, exit } = await serving;
    expect([err, exit]).toEqual(['', 0]);
    expect(out).toMatch(/The target planner listens on http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toMatch(/Near model +local +stub-n +this machine, local +0 in, 0 out +answers/);
    expect(out).toContain('budget  team: $2 a day');
    expect(out).toContain('export OPENAI_API_KEY="$PLANNER_TOKEN"');
    expect(out).toMatch(/200 {2}answered by near {2}\$0\.000000 {2}\d+ ms {2}mine/);
    expect(out).toMatch(/401 {2}GET \/v1\/models {2}invalid_api_key/);
    expect(out.endsWith('Stopped; all is on record.\n')).toBe(true);
    for (const secret of [token, key]) expect(out).not.toContain(secret);
    expect((await readFile(db, 'latin1')).includes(key)).toBe(false);

    const words = await call(['--db', db, 'trace', 'mine']);
    expect(words.out).toMatch(/✓ Answered by Near model.*\n/);
    expect(JSON.parse((await call(['--db', db, '--json', 'trace', 'mine'])).out)).toMatchObject({
      trace: { requestId: 'mine', state: 'answered' },
    });
    const page = join(folder, 'mine.html');
    expect((await call(['--db', db, 'trace', 'mine', '--html', page])).exit).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('Near model');
    expect(await call(['--db', db, 'trace', 'mine', '--html', page])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('cannot be written') as string,
    });
    expect(await call(['--db', db, 'trace', 'gone'])).toMatchObject({ exit: 1, err: expect.stringContaining('DF_PLAN_UNKNOWN') as string });
  });

  it('only checks the configuration, and tells what is not as it should be', async () => {
    await using stub = await StubServer.start(openAiWire.completion());
    const file = await config(tempFolder(), stub.url);
    const sound = await call(['proxy', '--config', file, '--check'], { env: { STUB_KEY: key } });
    expect([sound.exit, sound.err]).toEqual([0, '']);
    expect(sound.out).toContain('is sound.');
    const without = await call(['proxy', '--config', file, '--check', '--json']);
    expect([without.exit, JSON.parse(without.out)]).toMatchObject([3, { targets: [{ id: 'near', keyMissing: true }] }]);
    await writeFile(file, 'targets:\n  - { id: near, tier: lokal, model: x }\n');
    const broken = await call(['proxy', '--config', file, '--check']);
    expect(broken).toMatchObject({ exit: 1, err: expect.stringMatching(/\[DF_PLAN_CONFIG\].*targets\.yaml:2:\d+/s) as string });
  });

  it('refuses what would be open to others', async () => {
    const file = await config(tempFolder(), 'http://127.0.0.1:9');
    for (const [argv, env, code] of [
      [['--host', '0.0.0.0'], {}, 'DF_PROXY_UNGUARDED'],
      [['--token-env', 'NONE'], {}, 'CLI_USAGE'],
      [['--token-env', 'WEAK'], { WEAK: '123' }, 'DF_PROXY_UNGUARDED'],
      [['--port', '70000'], {}, 'CLI_USAGE'],
    ] as const) {
      const { err, exit } = await call(['proxy', '--config', file, '--file', ':memory:', ...argv], { env });
      expect([err.slice(0, err.indexOf(']')), exit > 0]).toEqual([`error [${code}`, true]);
    }
    expect((await call(['proxy'])).err).toContain('--config');
  });
});
