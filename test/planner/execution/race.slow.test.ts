import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SqliteBudgetLedger } from 'durableflow';
import { expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer } from '../../models/fixtures/stub-server.js';

const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const cost = 30;

it('200 requests of two processes that race for one budget never overspend it, and it is exact when all is over', async () => {
  const file = `${tempFolder()}/planner.db`;
  // More than one of them alone can use up, less than both want.
  const limit = 4500;
  let served = 0;
  await using server = await StubServer.start(async (response, request) => {
    // Longer than the others take to be admitted.
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
    served += cost;
    await openAiWire.completion({ usage })(response, request);
  });
  const script = fileURLToPath(new URL('race-process.ts', import.meta.url));
  const start = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', script, file, server.url, '100', String(limit / 1e6)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      go: () => child.stdin.write('go\n'),
      line: async () => String((await lines.next()).value),
      ended: new Promise((resolve) => child.once('exit', resolve)),
    };
  };
  const racers = [start(), start()];
  expect(await Promise.all(racers.map(({ line }) => line()))).toEqual(['ready', 'ready']);
  await using ledger = new SqliteBudgetLedger(file);
  const scope = { kind: 'session', key: 'team' } as const;
  let highest = 0;
  const watching = setInterval(() => void ledger.committed(scope).then((committed) => (highest = Math.max(highest, committed))), 1);
  for (const { go } of racers) go();
  const reports = (await Promise.all(racers.map(({ line }) => line()))).map(
    (line) => JSON.parse(line) as { answered: number; refused: string[] },
  );
  await Promise.all(racers.map(({ ended }) => ended));
  clearInterval(watching);
  const answered = reports.reduce((sum, it) => sum + it.answered, 0);
  expect(new Set(reports.flatMap(({ refused }) => refused))).toEqual(new Set(['DF_BUDGET_EXHAUSTED']));
  for (const report of reports) expect(report.answered).toBeGreaterThan(0);
  expect(served).toBe(answered * cost);
  expect(served).toBeLessThanOrEqual(limit);
  expect(highest).toBeLessThanOrEqual(limit);
  // It was really contended: most of it was set aside at one time.
  expect(highest).toBeGreaterThan(limit * 0.8);
  expect(await ledger.committed(scope)).toBe(served);
});
