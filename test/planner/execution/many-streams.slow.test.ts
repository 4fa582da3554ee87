import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Planner } from 'durableflow/planner';
import { expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer, type StubReply } from '../../models/fixtures/stub-server.js';
import { hello, stubTarget } from './stub-targets.js';

const streams = 500;
const pieces = 30;
const line = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`;
const word = line(openAiWire.delta({ content: 'word '.repeat(20) }));

/** Says a word to each, and goes on when all of them have had theirs. */
function inStep(): StubReply {
  let waiting: (() => void)[] = [];
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(word);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length < streams) return;
      for (const go of waiting) go();
      waiting = [];
    });
    for (let n = 1; n < pieces; n++) {
      response.write(word);
      await sleep(20);
    }
    response.write(
      line(openAiWire.delta({}, 'stop')) + line(openAiWire.usage({ prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 })),
    );
    response.end('data: [DONE]\n\n');
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('500 streams at one time are held, each with all its pieces, and leave nothing behind', async () => {
  await using server = await StubServer.start(inStep());
  const planner = await Planner.open({
    file: `${tempFolder()}/planner.db`,
    targets: [stubTarget('small', server)],
    budgets: [{ id: 'team', limitUsd: 1, period: 'total' }],
  });
  let open = 0;
  let most = 0;
  const used: number[] = [];
  const measuring = setInterval(() => used.push(process.memoryUsage().heapUsed), 250);
  const round = () =>
    Promise.all(
      Array.from({ length: streams }, async () => {
        const { chunks } = await planner.stream(hello, { budgetId: 'team' });
        most = Math.max(most, ++open);
        let got = 0;
        for await (const { choices } of chunks) if (choices[0]?.delta.content) got++;
        open--;
        return got;
      }),
    );
  const heapAfter = async () => {
    await sleep(500);
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  expect(new Set(await round())).toEqual(new Set([pieces]));
  expect(most).toBe(streams);
  expect(planner.committedUsd('team')).toBe((streams * 30) / 1e6);
  const first = await heapAfter();
  for (let n = 0; n < 2; n++) await round();
  clearInterval(measuring);
  const last = await heapAfter();
  process.stderr.write(
    `heap after the first round ${first.toFixed(0)} MB, after the third ${last.toFixed(0)} MB, at most ${(Math.max(...used) / 2 ** 20).toFixed(0)} MB\n`,
  );
  // Of a thousand more of them, what a heap wavers by.
  expect(last - first).toBeLessThan(10);
  await planner.close();
});
