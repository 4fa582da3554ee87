import { approval, compensate, effectKey, sideEffect, signal, sleep, step, workflow, type History } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../fixtures/eventually.js';
import { errorCode } from '../fixtures/rejection.js';
import { virtualFlow } from '../fixtures/virtual-flow.js';

const executed: string[] = [];

@workflow({ name: 'history' })
class Journey {
  async run(until: 'sleep' | 'signal' | 'gate' | 'end' | 'buffered') {
    const seat = await this.book('A1');
    if (until === 'sleep') await sleep('3d');
    if (until === 'signal') return `${seat} ${await signal(z.string(), 'go')}`;
    if (until === 'buffered') {
      await sleep('1h');
      return signal(z.string(), 'go');
    }
    if (until === 'gate') return this.gated(seat);
    return this.end(seat);
  }

  @sideEffect({ idempotencyKey: (seat) => `book:${seat}` })
  @compensate('cancelBooking')
  async book(seat: string) {
    executed.push(`book ${effectKey()}`);
    return seat;
  }

  @step()
  async cancelBooking(seat: string) {
    executed.push(`cancel ${seat}`);
  }

  @approval()
  @step()
  async gated(seat: string) {
    return `gated ${seat}`;
  }

  @step()
  async end(seat: string) {
    executed.push('end');
    return `end ${seat}`;
  }
}

beforeEach(() => {
  executed.length = 0;
});

/** Takes the run out of one file, through JSON text, and into another. */
async function carried(
  until: Parameters<Journey['run']>[0],
  before: (flow: Awaited<ReturnType<typeof virtualFlow>>) => Promise<unknown> = async () => {},
) {
  const from = await virtualFlow(Journey);
  const run = await from.flow.start(Journey, until, { id: 'r', attributes: { customer: 'ann' } });
  await run.settled();
  await before(from);
  const text = JSON.stringify(from.flow.exportHistory('r'));
  await from.flow.close();
  const to = await virtualFlow(Journey);
  await to.clock.advance(from.clock.now() - to.clock.now());
  const imported = await to.flow.importHistory(JSON.parse(text) as History);
  return { ...to, imported };
}

describe('an exported run in another file', () => {
  it('that has ended is the same there', async () => {
    const { flow, imported } = await carried('end');
    expect(await imported.result()).toBe('end A1');
    expect(flow.show('r')).toMatchObject({ status: 'completed', attributes: { customer: 'ann' }, input: 'end' });
    expect(flow.show('r').steps.map(({ method }) => method)).toEqual(['book', 'end']);
    expect(executed).toEqual(['book book:A1', 'end']);
  });

  it('goes on sleeping for the time that was left', async () => {
    const { clock, imported } = await carried('sleep', ({ clock: time }) => time.advance('2d'));
    const before = clock.now();
    expect(await clock.until(imported.result())).toBe('end A1');
    expect(clock.now() - before).toBe(24 * 60 * 60 * 1000);
    expect(executed).toEqual(['book book:A1', 'end']);
  });

  it('gets the signal that it waits for', async () => {
    const { flow, imported } = await carried('signal');
    await eventually(() => flow.run('r').view().status === 'waiting');
    await flow.signal('r', 'go', 'now');
    expect(await imported.result()).toBe('A1 now');
  });

  it('has the signals that were sent before', async () => {
    const { clock, imported } = await carried('buffered', ({ flow }) => flow.signal('r', 'go', 'early'));
    expect(await clock.until(imported.result())).toBe('early');
  });

  it('stands at its gate', async () => {
    const { flow, imported } = await carried('gate');
    await eventually(() => flow.approvals().length === 1);
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await imported.result()).toBe('gated A1');
    expect(executed).toEqual(['book book:A1']);
  });

  it('undoes what it has done when it is cancelled', async () => {
    const { imported } = await carried('signal');
    await imported.cancel();
    expect((await imported.settled()).status).toBe('cancelled');
    expect(executed).toEqual(['book book:A1', 'cancel A1']);
  });
});

describe('import', () => {
  it('under an id that is taken is refused; under another one it is a copy', async () => {
    const { flow } = await carried('end');
    const history = flow.exportHistory('r');
    expect(await errorCode(flow.importHistory(history))).toBe('DF_INPUT_MISMATCH');
    const copy = await flow.importHistory(history, { id: 'copy' });
    expect(await copy.result()).toBe('end A1');
  });

  it.each<[string, (history: History) => unknown]>([
    ['nothing', () => undefined],
    ['something else', () => ({ hello: 'world' })],
    ['another format', (it) => ({ ...it, formatVersion: 0 })],
    ['no journal', (it) => ({ ...it, journal: undefined })],
    ['no approvals', (it) => ({ ...it, approvals: undefined })],
    ['a run that is none', (it) => ({ ...it, run: { id: 'x' } })],
    ['a record that is none', (it) => ({ ...it, journal: [{ seq: 0 }] })],
    ['a value that is no text', (it) => ({ ...it, journal: [{ ...it.journal[0]!, value: { a: 1 } }] })],
  ])('of %s is refused, and nothing else suffers', async (_, broken) => {
    const { flow } = await carried('end');
    const history = broken(flow.exportHistory('r')) as History;
    const [bad, good] = await Promise.allSettled([flow.importHistory(history, { id: 'bad' }), flow.start(Journey, 'end', { id: 'good' })]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'DF_HISTORY_INVALID' } });
    expect(good.status).toBe('fulfilled');
    expect(await errorCode(() => flow.run('bad'))).toBe('DF_UNKNOWN_RUN');
  });

  it('export of an unknown run has a code', async () => {
    const { flow } = await virtualFlow(Journey);
    expect(await errorCode(() => flow.exportHistory('nobody'))).toBe('DF_UNKNOWN_RUN');
  });
});
