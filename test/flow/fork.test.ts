import { approval, effectKey, sideEffect, sleep, step, workflow, type DurableFlow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorCode } from '../fixtures/rejection.js';
import { virtualFlow } from '../fixtures/virtual-flow.js';

const executed: string[] = [];
let fails: boolean;
let draft: string;

@workflow({ name: 'fork' })
class Mail {
  async run(to: string) {
    const text = await this.write(to);
    const sent = await this.send(to);
    await sleep('1h');
    return `${await this.file(text)} ${sent}`;
  }

  @step()
  async write(to: string) {
    executed.push('write');
    return `${draft} ${to}`;
  }

  @sideEffect({ idempotencyKey: (to) => `mail:${to}` })
  async send(_to: string) {
    executed.push(`send ${effectKey()}`);
    return 'sent';
  }

  @step({ retry: { maxAttempts: 1 } })
  async file(text: string) {
    executed.push('file');
    if (fails) throw new Error('the archive is closed');
    return `filed ${text}`;
  }
}

beforeEach(() => {
  executed.length = 0;
  fails = false;
  draft = 'dear';
});

async function ended() {
  const it = await virtualFlow(Mail);
  const run = await it.flow.start(Mail, 'ann', { id: 'r', attributes: { customer: 'ann' } });
  await it.clock.until(run.settled().then(() => run.result().catch(() => {})));
  executed.length = 0;
  return { ...it, run };
}

describe('fork', () => {
  it.each([
    [0, ['write', 'file']],
    [1, ['file']],
    [2, ['file']],
    [3, ['file']],
  ])('from call %i makes again what comes from there on, but no effect under the same key', async (fromCall, again) => {
    const { flow, clock, run } = await ended();
    const forked = await flow.fork('r', { fromCall, id: 'f' });
    expect(await clock.until(forked.result())).toBe('filed dear ann sent');
    expect(executed).toEqual(again);
    expect(forked.view()).toMatchObject({ id: 'f', workflow: 'fork', input: 'ann', parent: 'r' });
    expect(run.view()).toMatchObject({ status: 'completed', claims: 2 });
    expect(flow.compare('r', 'f')).toEqual([]);
  });

  it('goes another way where its steps answer otherwise, and compare shows where', async () => {
    const { flow, clock } = await ended();
    draft = 'hello';
    const forked = await flow.fork('r', { fromCall: 0, id: 'f' });
    expect(await clock.until(forked.result())).toBe('filed hello ann sent');
    expect(flow.compare('r', 'f').map(({ call, left, right }) => [call, left?.value, right?.value])).toEqual([
      [0, 'dear ann', 'hello ann'],
      [3, 'filed dear ann', 'filed hello ann'],
    ]);
  });

  it('of a run that still waits goes its own way', async () => {
    const { flow, clock } = await virtualFlow(Mail);
    const run = await flow.start(Mail, 'bob', { id: 'r' });
    await run.settled();
    const forked = await flow.fork('r', { fromCall: 1, id: 'f' });
    await clock.until(Promise.all([run.result(), forked.result()]));
    expect(executed.filter((it) => it.startsWith('send'))).toEqual(['send mail:bob']);
  });

  it('can be forked in its turn', async () => {
    const { flow, clock } = await ended();
    await clock.until((await flow.fork('r', { fromCall: 2, id: 'f' })).result());
    await clock.until((await flow.fork('f', { fromCall: 3, id: 'g' })).result());
    expect(flow.compare('r', 'g')).toEqual([]);
    expect(flow.run('g').view().parent).toBe('f');
  });

  it('puts a gate up again', async () => {
    @workflow({ name: 'fork/gated' })
    class Gated {
      run() {
        return this.gated();
      }

      @approval()
      @step()
      async gated() {
        executed.push('gated');
        return 'done';
      }
    }
    const { flow } = await virtualFlow(Gated);
    const run = await flow.start(Gated, undefined, { id: 'r' });
    await run.settled();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    await run.result();
    const forked = await flow.fork('r', { fromCall: 0, id: 'f' });
    expect((await forked.settled()).status).toBe('waiting');
    expect(executed).toEqual(['gated']);
    expect(flow.approvals()).toMatchObject([{ runId: 'f', verdict: undefined }]);
  });

  it('that cannot be made has a code', async () => {
    const { flow } = await ended();
    expect(await errorCode(flow.fork('nobody', { fromCall: 0, id: 'f' }))).toBe('DF_UNKNOWN_RUN');
    expect(await errorCode(flow.fork('r', { fromCall: 99, id: 'f' }))).toBe('DF_INVALID_INPUT');
    expect(await errorCode(flow.fork('r', { fromCall: 0, id: 'r' }))).toBe('DF_INPUT_MISMATCH');
    expect(await errorCode(flow.fork('r', { fromCall: 0, id: '' }))).toBe('DF_INVALID_INPUT');
    expect(await errorCode(() => flow.compare('r', 'nobody'))).toBe('DF_UNKNOWN_RUN');
  });
});

describe('compare', () => {
  it('shows calls that only one of the runs has made', async () => {
    const { flow, clock } = await ended();
    fails = true;
    const forked = await flow.fork('r', { fromCall: 3, id: 'f' });
    await clock.until(forked.settled());
    const [difference, ...others] = flow.compare('r', 'f');
    expect(others).toEqual([]);
    expect(difference).toMatchObject({
      call: 3,
      left: { outcome: 'returned' },
      right: { outcome: 'threw', error: { message: 'the archive is closed' } },
    });
    const waiting = await flow.start(Mail, 'ann', { id: 'w' });
    await waiting.settled();
    expect(flow.compare('r', 'w').map(({ call, right }) => [call, right])).toEqual([
      [2, undefined],
      [3, undefined],
    ]);
  });
});

describe('rerun', () => {
  async function failed(): Promise<{ flow: DurableFlow; clock: Awaited<ReturnType<typeof virtualFlow>>['clock'] }> {
    fails = true;
    const { flow, clock } = await virtualFlow(Mail);
    const runs = await Promise.all(
      ['a', 'b', 'c'].map((id) => flow.start(Mail, id, { id, attributes: { team: id === 'c' ? 'two' : 'one' } })),
    );
    await clock.advance('1h');
    await Promise.all(runs.map((run) => run.settled()));
    expect(flow.countRuns()).toEqual({ failed: 3 });
    fails = false;
    executed.length = 0;
    return { flow, clock };
  }

  it('takes all failed runs up at the call that failed them', async () => {
    const { flow, clock } = await failed();
    const ids = await flow.rerun();
    expect(ids.sort()).toEqual(['a#2', 'b#2', 'c#2']);
    expect(await clock.until(Promise.all(ids.map((id) => flow.run(id).result())))).toEqual([
      'filed dear a sent',
      'filed dear b sent',
      'filed dear c sent',
    ]);
    expect(executed).toEqual(['file', 'file', 'file']);
    expect(flow.run('a').view().status).toBe('failed');
  });

  it('takes up those that a query finds', async () => {
    const { flow } = await failed();
    expect(await flow.rerun({ attributes: { team: 'two' } })).toEqual(['c#2']);
    expect(await flow.rerun({ workflow: 'another' })).toEqual([]);
    expect(await flow.rerun({ status: 'cancelled' })).toEqual([]);
  });

  it('numbers those that fail again', async () => {
    const { flow, clock } = await failed();
    fails = true;
    const [id] = await flow.rerun({ attributes: { team: 'two' } });
    await clock.until(flow.run(id!).settled());
    fails = false;
    const [again] = await flow.rerun({ attributes: { team: 'two' }, limit: 1 });
    expect([id, again]).toContain('c#2');
  });
});
