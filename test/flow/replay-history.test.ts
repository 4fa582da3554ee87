import {
  approval,
  child,
  compensate,
  now,
  patched,
  replayHistory,
  sideEffect,
  signal,
  sleep,
  step,
  uuid,
  VirtualClock,
  workflow,
  type History,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';

let executed: string[] = [];

@workflow({ name: 'replay-history/everything' })
class Everything {
  async run(mode: 'well' | 'badly' | 'waiting') {
    const id = uuid();
    const at = now();
    const renewed = patched('renewed');
    const [first] = await Promise.all([this.work('a'), this.work('b')]);
    await sleep('1h');
    const word = await signal(z.string(), 'word');
    await this.book(first);
    const sent = await this.send(word);
    if (mode === 'badly') throw new RangeError('as told');
    if (mode === 'waiting') await signal(z.string(), 'never');
    return { id, at, renewed, word, sent };
  }

  @step()
  async work(name: string) {
    executed.push(`work ${name}`);
    return `${name}!`;
  }

  @step()
  @compensate('unbook')
  async book(name: string) {
    executed.push(`book ${name}`);
    return name.length;
  }

  @step()
  async unbook(booked: number) {
    executed.push(`unbook ${booked}`);
  }

  @approval()
  @sideEffect({ idempotencyKey: (word) => word, onInDoubt: 'retry' })
  async send(word: string) {
    executed.push(`send ${word}`);
    return 1;
  }
}

/** A recorded run, as it comes out of a JSON file. */
async function recorded(mode: 'well' | 'badly' | 'waiting'): Promise<History> {
  executed = [];
  const clock = new VirtualClock('2030-01-01T00:00:00Z');
  const flow = await openFlow(':memory:', { clock });
  flow.register(Everything, () => new Everything());
  const run = await flow.start(Everything, mode, { id: mode });
  await flow.signal(mode, 'word', 'please');
  await clock.advance('2h');
  const [gate] = flow.approvals({ runId: mode });
  await flow.approve(gate!.id, { by: 'ann' });
  await clock.until(run.settled());
  await clock.advance(0);
  return JSON.parse(JSON.stringify(flow.exportHistory(mode))) as History;
}

/** A variant of the class, of the same workflow. */
function variant(run: (self: Everything, mode: string) => Promise<unknown>) {
  @workflow({ name: 'replay-history/everything', version: '2' })
  class Variant extends Everything {
    override async run(mode: 'well' | 'badly' | 'waiting') {
      return (await run(this, mode)) as never;
    }
  }
  return Variant;
}

const replay = (history: History, Class: typeof Everything = Everything) => replayHistory(Class, () => new Class(), history);

describe('replayHistory', () => {
  it('gives the outcome of a run that ended well, and executes nothing', async () => {
    const history = await recorded('well');
    executed = [];
    const replayed = await replay(history);
    expect(replayed).toMatchObject({ status: 'completed', divergence: undefined, error: undefined, asks: [] });
    expect(replayed.output).toMatchObject({ at: new Date('2030-01-01T00:00:00Z'), renewed: true, word: 'please', sent: 1 });
    expect((replayed.output as { id: string }).id).toMatch(/^[0-9a-f-]{36}$/);
    expect(executed).toEqual([]);
  });

  it('replays the undoing of one that failed', async () => {
    const history = await recorded('badly');
    expect(executed.at(-1)).toBe('unbook 2');
    executed = [];
    const replayed = await replay(history);
    expect(replayed).toMatchObject({ status: 'failed', divergence: undefined });
    expect(replayed.error).toBeInstanceOf(RangeError);
    expect(executed).toEqual([]);
  });

  it('says what a run that is not over asks for', async () => {
    expect(await replay(await recorded('waiting'))).toEqual({
      status: 'open',
      divergence: undefined,
      output: undefined,
      error: undefined,
      asks: ['signal:never'],
    });
  });

  it('shows the first difference of a class that asks for something else', async () => {
    const history = await recorded('well');
    const other = await replay(
      history,
      variant(async (self) => {
        uuid();
        now();
        await self.work('a');
      }),
    );
    expect(other).toMatchObject({
      status: 'diverged',
      divergence: { recorded: { call: 2, name: 'patched:renewed' }, asked: { call: 2, name: 'work' } },
    });
  });

  it('shows a class that asks for less', async () => {
    const history = await recorded('well');
    const less = await replay(
      history,
      variant(async () => uuid()),
    );
    expect(less).toMatchObject({ status: 'diverged', divergence: { recorded: { call: 1, name: 'now' }, asked: undefined } });
  });

  it('shows a class that asks for more than a run that has ended', async () => {
    const history = await recorded('well');
    executed = [];
    const more = await replay(
      history,
      variant(async (self, mode) => {
        await Everything.prototype.run.call(self, mode as 'well');
        await self.work('more');
      }),
    );
    expect(more).toMatchObject({
      status: 'open',
      divergence: { recorded: undefined, asked: { call: 9, name: 'work' } },
      asks: ['work'],
    });
    expect(executed).toEqual([]);
  });

  it('starts no child', async () => {
    const history = await recorded('well');
    const more = await replay(
      history,
      variant(async (self, mode) => {
        await Everything.prototype.run.call(self, mode as 'well');
        await child(Everything, 'well');
      }),
    );
    expect(more.asks).toEqual(['child:replay-history/everything']);
  });

  it('refuses what is no history, or one of another workflow', async () => {
    @workflow({ name: 'replay-history/other' })
    class Other {
      async run() {}
    }
    const history = await recorded('well');
    expect(await errorCode(replayHistory(Other, () => new Other(), history))).toBe('DF_UNKNOWN_WORKFLOW');
    expect(await errorCode(replay({ ...history, format: 'something' } as never))).toBe('DF_HISTORY_INVALID');
    expect(await errorCode(replay({ run: history.run } as never))).toBe('DF_HISTORY_INVALID');
  });
});
