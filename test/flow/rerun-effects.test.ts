import { sideEffect, sleep, step, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCode } from '../fixtures/rejection.js';
import { virtualFlow } from '../fixtures/virtual-flow.js';

let sent = 0;
let answer: unknown;
let hangs = false;

@workflow({ name: 'rerun-effects' })
class Mail {
  async run() {
    return this.send();
  }

  @sideEffect({ idempotencyKey: () => 'mail', output: z.object({ id: z.string() }), retry: { maxAttempts: 1 } })
  async send() {
    sent++;
    if (hangs) throw new Error('socket hang up');
    return answer as { id: string };
  }
}

beforeEach(() => {
  sent = 0;
  hangs = false;
});

describe('a run made again', () => {
  it('does not wait for ever for an effect that has happened, but left no value behind', async () => {
    answer = { unexpected: true };
    const { flow, clock } = await virtualFlow(Mail);
    const run = await flow.start(Mail, undefined, { id: 'r' });
    expect(await errorCode(run.result())).toBe('DF_OUTPUT_INVALID');
    answer = { id: 'ok' };
    const [id] = await flow.rerun();
    await clock.advance('1m');
    expect(await errorCode(flow.run(id!).result())).toBe('DF_OUTPUT_INVALID');
    expect(sent).toBe(1);
  });

  it('does not wait for ever for an effect in doubt of a run that was cancelled', async () => {
    hangs = true;
    const { flow, clock } = await virtualFlow(Mail);
    const run = await flow.start(Mail, undefined, { id: 'r' });
    expect((await run.settled()).status).toBe('in_doubt');
    await run.cancel();
    const again = await flow.start(Mail, undefined, { id: 'again' });
    await clock.advance('1m');
    expect(again.view().status).toBe('in_doubt');
    expect(sent).toBe(1);
  });
});

@workflow({ name: 'rerun-effects/plain' })
class Plain {
  async run() {
    await this.work();
    await sleep('1h');
  }

  @step()
  async work() {}
}

it('a run that has not ended cannot be made again', async () => {
  const { flow } = await virtualFlow(Plain);
  const run = await flow.start(Plain, undefined, { id: 'r' });
  await run.settled();
  expect(await errorCode(flow.rerun({ ids: ['r'] }))).toBe('DF_INVALID_INPUT');
  expect(await errorCode(flow.rerun({ ids: ['nobody'] }))).toBe('DF_UNKNOWN_RUN');
});
