import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SqliteBudgetLedger } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAiWire } from './fixtures/open-ai-stub.js';
import { StubServer } from './fixtures/stub-server.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'durableflow-budget-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process of ours, line by line. */
function start(script: string, ...args: string[]) {
  const file = fileURLToPath(new URL(`fixtures/${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { child, ended, line: async () => String((await lines.next()).value) };
}

describe('a budget that processes share', () => {
  it('is not overspent by two that race', async () => {
    const file = join(folder, 'app.db');
    const limit = 100_000;
    const worst = 400;
    const racers = [1, 2].map(() => start('spend-process.ts', file, String(limit), String(worst)));
    const spent = await Promise.all(racers.map(async ({ line }) => Number(await line())));
    await Promise.all(racers.map(({ ended }) => ended));
    await using ledger = new SqliteBudgetLedger(file);
    const total = spent[0]! + spent[1]!;
    expect(await ledger.committed({ kind: 'day', key: 'today' })).toBe(total);
    expect(total).toBeLessThanOrEqual(limit);
    // Both stopped only because the next call did not fit.
    expect(total).toBeGreaterThan(limit - worst);
    for (const share of spent) expect(share).toBeGreaterThan(0);
  });

  it('counts the attempt that a killed process was in, once, and the finished one is not paid again', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
    let reached!: () => void;
    const inSecondCall = new Promise<void>((resolve) => (reached = resolve));
    await using server = await StubServer.start(openAiWire.completion({ usage, model: 'stub' }), (_response, request) => {
      reached();
      return request.hungUp;
    });
    const file = join(folder, 'app.db');
    const first = start('two-call-process.ts', file, `${server.url}/v1`);
    await inSecondCall;
    first.child.kill('SIGKILL');
    await first.ended;
    expect(server.requests).toHaveLength(2);

    await using ledger = new SqliteBudgetLedger(file);
    const run = { kind: 'run', key: 'r-1' } as const;
    const worst = 100 * 1;
    expect(await ledger.committed(run)).toBe(20 + worst);

    server.reply(openAiWire.completion({ usage, model: 'stub' }));
    const second = start('two-call-process.ts', file, `${server.url}/v1`);
    expect(JSON.parse(await second.line())).toEqual({ status: 'completed', output: ['Hello.', 'Hello.'], costUsd: 0.00004 });
    await second.ended;
    const asked = server.requests.map(({ body }) => (body['messages'] as { content: string }[])[0]!.content);
    expect(asked).toEqual(['one', 'two', 'two']);
    expect(await ledger.committed(run)).toBe(20 + worst + 20);
    expect(await ledger.committed({ kind: 'step', key: 'r-1/1' })).toBe(worst + 20);
  });
});
