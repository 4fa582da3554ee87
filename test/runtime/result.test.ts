import { join } from 'node:path';
import { step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';

let started: Deferred<void>;
let answer: Deferred<string>;

@workflow({ name: 'result/slow' })
class Slow {
  async run() {
    return this.wait();
  }

  @step({ retry: { maxAttempts: 1 } })
  async wait() {
    started.resolve();
    return answer.promise;
  }
}

function files() {
  started = deferred();
  answer = deferred();
  return join(tempFolder(), 'app.db');
}

describe('result', () => {
  it('comes in from a run that another flow on the same file executes', async () => {
    const file = files();
    const executing = await openFlow(file);
    executing.register(Slow, () => new Slow());
    await executing.start(Slow, undefined, { id: 'r' });
    await started.promise;
    const watching = await openFlow(file);
    const result = watching.run('r').result();
    expect(watching.run('r').view().status).toBe('running');
    answer.resolve('it is done');
    expect(await result).toBe('it is done');
    expect((await watching.run('r').settled()).status).toBe('completed');
  });

  it('throws what the workflow threw, in the executing flow and in the watching one', async () => {
    const file = files();
    const executing = await openFlow(file);
    executing.register(Slow, () => new Slow());
    const run = await executing.start(Slow, undefined, { id: 'r' });
    const watching = await openFlow(file);
    const results = Promise.all([rejection(run.result()), rejection(watching.run('r').result())]);
    await started.promise;
    answer.reject(new RangeError('too far'));
    for (const error of await results) {
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toBe('too far');
    }
  });

  it('rejects with DF_CLOSED when the flow is closed before the end', async () => {
    files();
    const flow = await openFlow();
    flow.register(Slow, () => new Slow());
    const run = await flow.start(Slow);
    const code = errorCode(run.result());
    await flow.close({ grace: 0 });
    expect(await code).toBe('DF_CLOSED');
    expect(await errorCode(run.result())).toBe('DF_CLOSED');
    expect(await errorCode(flow.start(Slow))).toBe('DF_CLOSED');
    expect(await errorCode(() => flow.runs())).toBe('DF_CLOSED');
  });

  it('is there at once for a run that ended long ago', async () => {
    const file = files();
    answer.resolve('old news');
    const first = await openFlow(file);
    first.register(Slow, () => new Slow());
    await (await first.start(Slow, undefined, { id: 'r' })).result();
    await first.close();
    const second = await openFlow(file);
    expect(await second.run('r').result()).toBe('old news');
  });
});
